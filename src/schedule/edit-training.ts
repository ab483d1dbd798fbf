import { isMap, isScalar, parseDocument, type Pair, type YAMLMap } from 'yaml';

/** A change of a text: the characters from `start` to `end` become `text`. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The edit that gives a key of the `training:` block a value, with comments, order and layout kept.
 *
 * @param text The schedule.
 * @param key A key of the block, e.g. `model`.
 * @param value Written as a plain YAML scalar.
 * @returns The edit, or null if the text is not valid YAML or its `training` is not a map: then there is no safe place.
 */
export function editTrainingValue(text: string, key: string, value: string): TextEdit | null {
  const document = parseDocument(text, { version: '1.1', uniqueKeys: false });
  if (document.errors.length > 0) return null;
  const root: unknown = document.contents;
  if (root === null) return { start: text.length, end: text.length, text: newBlock(text, key, value) };
  if (!isMap(root)) return null;
  const training = pairOf(root, 'training');
  if (training === undefined) return insertBlock(text, root, key, value);
  if (!isMap(training.value)) {
    return isEmptyValue(training) ? fillEmptyBlock(text, training, key, value) : null;
  }
  return editMap(text, training.value, key, value);
}

/** The text after an edit. */
export function applyTextEdit(text: string, edit: TextEdit): string {
  return text.slice(0, edit.start) + edit.text + text.slice(edit.end);
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.findLast((pair) => isScalar(pair.key) && pair.key.value === key);
}

function startOf(node: unknown): number | undefined {
  return isScalar(node) || isMap(node) ? node.range?.[0] : undefined;
}

function editMap(text: string, map: YAMLMap, key: string, value: string): TextEdit | null {
  const existing = pairOf(map, key);
  if (existing !== undefined) {
    if (!isScalar(existing.value) || !existing.value.range) return null;
    const [start, end] = existing.value.range;
    return start === end ? { start, end, text: ` ${value}` } : { start, end, text: value };
  }
  const first = startOf(map.items[0]?.key);
  if (first === undefined) {
    const [start, end] = map.range ?? [0, 0];
    return map.flow === true ? { start, end, text: `{${key}: ${value}}` } : null;
  }
  if (map.flow === true) return { start: first, end: first, text: `${key}: ${value}, ` };
  const indent = first - (text.lastIndexOf('\n', first - 1) + 1);
  return { start: first, end: first, text: `${key}: ${value}\n${' '.repeat(indent)}` };
}

function isEmptyValue(pair: Pair): boolean {
  return pair.value === null || (isScalar(pair.value) && pair.value.value === null);
}

function fillEmptyBlock(text: string, pair: Pair, key: string, value: string): TextEdit | null {
  const start = startOf(pair.key);
  if (start === undefined) return null;
  const lineEnd = text.indexOf('\n', start);
  const end = lineEnd < 0 ? text.length : lineEnd;
  return { start: end, end, text: `\n  ${key}: ${value}` };
}

/** Before the first section, after `version` if that comes first. */
function insertBlock(text: string, root: YAMLMap, key: string, value: string): TextEdit | null {
  if (root.flow === true) {
    const first = startOf(root.items[0]?.key);
    return first === undefined ? null : { start: first, end: first, text: `training: {${key}: ${value}}, ` };
  }
  const after = root.items.find((pair) => !(isScalar(pair.key) && pair.key.value === 'version'));
  const start = startOf(after?.key);
  if (start === undefined) return { start: text.length, end: text.length, text: newBlock(text, key, value) };
  return { start, end: start, text: `training:\n  ${key}: ${value}\n` };
}

function newBlock(text: string, key: string, value: string): string {
  const separator = text === '' || text.endsWith('\n') ? '' : '\n';
  return `${separator}training:\n  ${key}: ${value}\n`;
}
