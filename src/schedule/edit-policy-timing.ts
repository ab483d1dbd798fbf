import type { TextEdit } from './edit-training.ts';
import type { PolicyTiming } from './policy-timing.ts';
import { readYaml } from './read-yaml.ts';
import { entryOf, type ListNode, type MapEntry, type MapNode, plainValue, type YamlNode } from './yaml-node.ts';

/** A policy in a text, whose epochs can be written anew. */
export interface PolicyText {
  readonly text: string;
  readonly node: MapNode;
  /** As written, also by an anchor elsewhere. */
  readonly timing: PolicyTiming;
}

const rangeKeys = { starting_epoch: 'startingEpoch', ending_epoch: 'endingEpoch', frequency: 'frequency' } as const;

/**
 * Finds a policy by its position in the list, and reads when it acts.
 *
 * @returns Null if the text is not valid YAML, has no such policy, or its epochs are not whole numbers.
 */
export function findPolicy(text: string, index: number): PolicyText | null {
  const { root } = readYaml(text);
  const list = root?.kind === 'map' ? entryOf(root, 'policies')?.value : undefined;
  const node = list?.kind === 'list' ? list.items[index] : undefined;
  if (node?.kind !== 'map') return null;
  const timing = readTiming(node);
  return timing && { text, node, timing };
}

/**
 * What to replace so that a policy acts at other epochs, with comments, order and spacing kept. A number written by an
 * alias, or merged from another map, becomes the policy's own; one that carries an anchor changes wherever it is repeated.
 *
 * @returns Edits of the whole text in ascending order, which do not overlap; empty if nothing changes. Null if the file
 * writes the epochs in the other form, or there is no safe place.
 */
export function editPolicyTiming({ text, node, timing }: PolicyText, wanted: PolicyTiming): readonly TextEdit[] | null {
  if (wanted.form !== timing.form) return null;
  const written = wanted.form === 'list' ? listEdits(text, node, wanted.epochs) : rangeEdits(node, wanted);
  if (written === null) return null;
  const edits = [...written.edits, ...addKeys(text, node, written.missing)];
  return edits.sort((a, b) => a.start - b.start);
}

/** The text after edits that do not overlap, in ascending order. */
export function applyTextEdits(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let at = 0;
  for (const edit of edits) {
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}

function readTiming(node: MapNode): PolicyTiming | null {
  const list = entryOf(node, 'epochs')?.value;
  if (list !== undefined) {
    const epochs = list.kind === 'list' ? list.items.map(plainValue) : [];
    return epochs.length > 0 && epochs.every(isEpoch) ? { form: 'list', epochs } : null;
  }
  const [startingEpoch, endingEpoch, frequency] = Object.keys(rangeKeys).map((key) => {
    const value = entryOf(node, key)?.value;
    return value && plainValue(value);
  });
  if (!isEpoch(startingEpoch) || !isEpoch(endingEpoch) || !isEpoch(frequency)) return null;
  return { form: 'range', startingEpoch, endingEpoch, frequency };
}

function isEpoch(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

interface Written {
  readonly edits: readonly TextEdit[];
  /** Keys that the policy does not have itself, with their values. */
  readonly missing: readonly (readonly [key: string, value: string])[];
}

function rangeEdits(node: MapNode, wanted: PolicyTiming & { readonly form: 'range' }): Written {
  const edits: TextEdit[] = [];
  const missing: [string, string][] = [];
  for (const [key, name] of Object.entries(rangeKeys)) {
    const entry = entryOf(node, key);
    const value = wanted[name];
    if (!entry || plainValue(entry.value) === value) continue;
    if (isInside(entry.key, node)) edits.push(replaceNode(entry.value, String(value)));
    else missing.push([key, String(value)]);
  }
  return { edits, missing };
}

function listEdits(text: string, node: MapNode, epochs: readonly number[]): Written | null {
  const entry = entryOf(node, 'epochs');
  const list = entry?.value;
  if (!entry || list?.kind !== 'list') return null;
  const flow = `[${epochs.join(', ')}]`;
  if (!isInside(entry.key, node)) return { edits: [], missing: [['epochs', flow]] };
  const isAlias = list.items.some((item) => !isInside(item, list));
  const edits = isAlias ? null : itemEdits(text, list, epochs);
  if (edits !== null) return { edits, missing: [] };
  return canBeFlow(entry, list) ? { edits: [replaceNode(list, flow)], missing: [] } : null;
}

/** A list in brackets stands deeper than its key, or on its line. */
function canBeFlow({ key }: MapEntry, { range }: ListNode): boolean {
  return range.start.line === key.range.start.line || range.start.column > key.range.start.column;
}

/** Changes items one by one, so that what stands between them stays; null if there is no such way. */
function itemEdits(text: string, list: ListNode, epochs: readonly number[]): readonly TextEdit[] | null {
  const before = list.items.map(plainValue);
  const items = list.items;
  if (before.length === epochs.length) {
    return items.flatMap((item, index) =>
      before[index] === epochs[index] ? [] : [replaceNode(item, String(epochs[index]))],
    );
  }
  const shorter = Math.min(before.length, epochs.length);
  let at = 0;
  while (at < shorter && before[at] === epochs[at]) at += 1;
  const rest = epochs.length - before.length;
  if (rest === 1 && before.slice(at).join() === epochs.slice(at + 1).join()) {
    return insertItem(text, list, at, String(epochs[at]));
  }
  if (rest === -1 && before.slice(at + 1).join() === epochs.slice(at).join()) return removeItem(text, list, at);
  return null;
}

function insertItem(text: string, list: ListNode, at: number, word: string): readonly TextEdit[] | null {
  const next = list.items[at]?.range.start.offset;
  const previous = list.items[at - 1]?.range;
  if (!list.flow) return insertLine(text, list.items[Math.max(0, at - 1)], { isFirst: previous === undefined, word });
  if (next !== undefined) return [{ start: next, end: next, text: `${word}, ` }];
  return previous ? [{ start: previous.end.offset, end: previous.end.offset, text: `, ${word}` }] : null;
}

interface NewLine {
  /** Above the neighbour instead of below it. */
  readonly isFirst: boolean;
  readonly word: string;
}

function insertLine(
  text: string,
  neighbour: YamlNode | undefined,
  { isFirst, word }: NewLine,
): readonly TextEdit[] | null {
  const dash = neighbour ? dashBefore(text, neighbour.range.start.offset) : null;
  if (!neighbour || dash === null) return null;
  const line = `${' '.repeat(dash.column)}- ${word}`;
  if (isFirst) return [{ start: dash.lineStart, end: dash.lineStart, text: line + lineBreak(text) }];
  const end = lineEnd(text, neighbour.range.end.offset);
  return [{ start: end, end, text: lineBreak(text) + line }];
}

function removeItem(text: string, { items, flow }: ListNode, at: number): readonly TextEdit[] | null {
  const item = items[at];
  if (!item) return null;
  const start = item.range.start.offset;
  const end = item.range.end.offset;
  if (!flow) return removeLine(text, start, end);
  const behind = /^[ \t]*,[ \t]*/.exec(text.slice(end));
  if (behind) return [{ start, end: end + behind[0].length, text: '' }];
  const previous = items[at - 1]?.range.end.offset;
  const isBare = previous !== undefined && /^\s*,\s*$/.test(text.slice(previous, start));
  return isBare ? [{ start: previous, end, text: '' }] : null;
}

/** An item of a block list goes with its line; a comment beside it stays. */
function removeLine(text: string, start: number, end: number): readonly TextEdit[] | null {
  const dash = dashBefore(text, start);
  if (dash === null) return null;
  const stop = lineEnd(text, end);
  const comment = /^\s*(?=#)/.exec(text.slice(end, stop));
  if (comment) return [{ start: dash.lineStart + dash.column, end: end + comment[0].length, text: '' }];
  const breakLength = text.slice(stop).startsWith('\r\n') ? 2 : 1;
  return [{ start: dash.lineStart, end: Math.min(text.length, stop + breakLength), text: '' }];
}

/** The dash of an item that stands alone with it on its line. */
function dashBefore(text: string, start: number): { readonly lineStart: number; readonly column: number } | null {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const match = /^( *)-[ \t]+$/.exec(text.slice(lineStart, start));
  return match && { lineStart, column: match[1]?.length ?? 0 };
}

/** New keys: behind the last own key of the policy, or in front where all come from elsewhere. */
function addKeys(text: string, node: MapNode, keys: Written['missing']): readonly TextEdit[] {
  if (keys.length === 0) return [];
  const { start, end } = node.range;
  const words = keys.map(([key, value]) => `${key}: ${value}`);
  const written = text.slice(start.offset, end.offset);
  if (written.startsWith('*')) {
    return [{ start: start.offset, end: end.offset, text: `{<<: ${written}, ${words.join(', ')}}` }];
  }
  const last = node.entries.filter(({ key }) => isInside(key, node)).at(-1);
  if (node.flow) {
    const at = last?.value.range.end.offset ?? start.offset + 1;
    return [{ start: at, end: at, text: last ? `, ${words.join(', ')}` : `${words.join(', ')}, ` }];
  }
  const separator = lineBreak(text) + ' '.repeat(start.column - 1);
  if (!last) return [{ start: start.offset, end: start.offset, text: words.map((word) => word + separator).join('') }];
  const at = lineEnd(text, last.value.range.end.offset);
  return [{ start: at, end: at, text: words.map((word) => separator + word).join('') }];
}

function replaceNode({ range }: YamlNode, text: string): TextEdit {
  return { start: range.start.offset, end: range.end.offset, text };
}

/** False for what an alias or a merge brings from elsewhere. */
function isInside({ range }: YamlNode, { range: outer }: YamlNode): boolean {
  return range.start.offset >= outer.start.offset && range.end.offset <= outer.end.offset;
}

function lineEnd(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  if (at < 0) return text.length;
  return text[at - 1] === '\r' ? at - 1 : at;
}

function lineBreak(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}
