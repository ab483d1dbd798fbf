import { applyTextEdit, editTrainingValue } from './edit-training.ts';
import { readYaml } from './read-yaml.ts';
import { entryOf, type MapNode, type YamlNode } from './yaml-node.ts';

/**
 * The text with another `sweep` in its `training:` block, everything else as it was.
 *
 * @param sweep A flow map in YAML.
 * @returns null if the text cannot be read, or has no safe place for it.
 */
export function writeSweep(text: string, sweep: string): string | null {
  const written = sweepOf(text);
  if (written?.kind === 'map') return replaced(text, written, sweep);
  const edit = editTrainingValue(text, 'sweep', sweep);
  return edit && applyTextEdit(text, edit);
}

function sweepOf(text: string): YamlNode | undefined {
  const { root } = readYaml(text);
  const training = root?.kind === 'map' ? entryOf(root, 'training')?.value : undefined;
  return training?.kind === 'map' ? entryOf(training, 'sweep')?.value : undefined;
}

function replaced(text: string, { flow, range: { start, end } }: MapNode, sweep: string): string {
  if (flow) return text.slice(0, start.offset) + sweep + text.slice(end.offset);
  // A block begins on a line of its own, below its key.
  const before = text.slice(0, start.offset).replace(/\s*\n[ \t]*$/, ' ');
  return before + sweep + text.slice(endOfBlock(text, end.offset));
}

/** The end of the last line of a block, without the lines that follow it. */
function endOfBlock(text: string, end: number): number {
  return text.slice(0, end).trimEnd().length;
}
