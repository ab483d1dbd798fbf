import { parseSchedule } from './parse-schedule.ts';
import { readYaml } from './read-yaml.ts';
import { entryOf } from './yaml-node.ts';
import type { Zoo } from './zoo-port.ts';

/**
 * A text from a file whose name tells the model, as in `resnet20_filters.schedule_agp.yaml`, with a comment at its end that
 * names it: a comment counts where no `training:` block is written, and the text alone says what is trained. Lines keep
 * their numbers. The text itself where it names a model, or where the file's names are not those of the model.
 *
 * @param file A path or a bare name.
 */
export function withModelOfFileName(text: string, file: string, zoo: Zoo): string {
  const name = file.split(/[/\\]/).at(-1) ?? file;
  const models = modelsIn(name, zoo);
  const { root } = readYaml(text);
  if (models.length === 0 || root?.kind !== 'map' || entryOf(root, 'training') || mentioned(text, zoo) !== null) {
    return text;
  }
  const told = models.map((model) => ({ model, text: withComment(text, name, model) }));
  return told.find((candidate) => mentioned(candidate.text, zoo) === candidate.model)?.text ?? text;
}

/** Models whose name, with or without its data set, stands in the name of a file; those with the longest words first. */
function modelsIn(file: string, { models }: Zoo): readonly string[] {
  const stands = (word: string): boolean => new RegExp(`(?<![a-z0-9])${word}(?![a-z0-9])`).test(file.toLowerCase());
  const isOtherData = /imagenet/i.test(file);
  const words = models.flatMap(({ name }) => {
    const bare = isOtherData ? name : name.replace(/_(?:cifar|mnist)$/, '');
    const word = [name, bare].find(stands);
    return word === undefined ? [] : [{ name, word }];
  });
  return words.toSorted((a, b) => b.word.length - a.word.length).map(({ name }) => name);
}

/** The model that a text names in a comment and is for; null if it is none, or the default one. */
function mentioned(text: string, zoo: Zoo): string | null {
  const parsed = parseSchedule(text, zoo);
  const hint = parsed.diagnostics.find(({ code }) => code === 'model-by-mention');
  return hint ? text.slice(hint.range.start.offset, hint.range.end.offset) : null;
}

function withComment(text: string, file: string, model: string): string {
  const end = text === '' || text.endsWith('\n') ? '' : '\n';
  return `${text}${end}# The file ${file.replaceAll(/\s/g, ' ').slice(0, 120)} is for ${model}.\n`;
}
