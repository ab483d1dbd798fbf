import { isMap, isScalar, isSeq, parseDocument, type Document, type Node, type Pair, type YAMLMap } from 'yaml';
import { distillerClasses, sectionKinds, type Section } from './grammar.ts';

/** A schedule as Distiller itself can run it. */
export interface DistillerText {
  readonly text: string;
  /** What only the playground understands and is out of force now, one phrase each. */
  readonly dropped: readonly string[];
}

/**
 * The schedule without what is the playground's own: the `training:` block, instances of classes that Distiller lacks, and
 * the policies that apply them. These lines become comments, so that layout and notes stay; a comment on top lists them.
 *
 * @returns The text as it is if it is not valid YAML, or no map.
 */
export function distillerText(text: string): DistillerText {
  const document = parseDocument(text, { version: '1.1', uniqueKeys: false, logLevel: 'error' });
  const root: unknown = document.contents;
  if (document.errors.length > 0 || !isMap(root)) return { text, dropped: [] };
  const foreign = foreignParts(root, text);
  if (foreign.length === 0) return { text, dropped: [] };
  const dropped = foreign.map(({ words }) => words);
  const kept = foreign.every(({ ownsLines }) => ownsLines) ? commentOut(text, foreign) : without(document, foreign);
  return { text: `${headComment(dropped)}${kept}${withPolicies(kept)}`, dropped };
}

interface ForeignPart {
  readonly words: string;
  /** From key or item to the end of its value, in characters. */
  readonly start: number;
  readonly end: number;
  readonly path: readonly (string | number)[];
  /** Whether nothing else stands on its lines. */
  readonly ownsLines: boolean;
}

function foreignParts(root: YAMLMap, text: string): readonly ForeignPart[] {
  const training = root.items.filter((pair) => keyOf(pair) === 'training');
  const parts = training.map((pair) => foreignPair(root, pair, ['training'], 'the `training:` block'));
  const names = new Set<string>();
  for (const section of root.items.filter((pair) => keyOf(pair) in sectionKinds)) {
    const map = section.value;
    if (!isMap(map)) continue;
    const foreign = map.items.filter((pair) => isForeign(keyOf(section) as Section, pair.value));
    for (const pair of foreign) names.add(keyOf(pair));
    const path = [keyOf(section)];
    if (foreign.length > 0 && foreign.length === map.items.length) {
      parts.push(foreignPair(root, section, path, foreign.map(instanceWords).join(', ')));
    } else {
      parts.push(...foreign.map((pair) => foreignPair(map, pair, [...path, keyOf(pair)], instanceWords(pair))));
    }
  }
  return [...parts, ...foreignPolicies(root, names, text)];
}

function foreignPolicies(root: YAMLMap, names: ReadonlySet<string>, text: string): readonly ForeignPart[] {
  const pair = root.items.find((one) => keyOf(one) === 'policies');
  const list = pair?.value;
  if (pair === undefined || !isSeq(list)) return [];
  const foreign = list.items.flatMap((item, index) =>
    names.has(instanceOf(item)) ? [{ item: item as Node, index }] : [],
  );
  if (foreign.length > 0 && foreign.length === list.items.length) {
    return [foreignPair(root, pair, ['policies'], 'every policy')];
  }
  return foreign.map(({ item, index }) => ({
    words: `policy ${index + 1}, which applies \`${instanceOf(item)}\``,
    ...span(item, item),
    path: ['policies', index],
    ownsLines: list.flow !== true && isAfterDash(text, item),
  }));
}

/** Whether an item begins on the line of its dash. */
function isAfterDash(text: string, item: Node): boolean {
  const start = item.range?.[0] ?? 0;
  return /^ *- +$/.test(text.slice(text.lastIndexOf('\n', start - 1) + 1, start));
}

function foreignPair(map: YAMLMap, pair: Pair, path: readonly string[], words: string): ForeignPart {
  return { words, ...span(pair.key as Node, (pair.value ?? pair.key) as Node), path, ownsLines: map.flow !== true };
}

function span(first: Node, last: Node): { readonly start: number; readonly end: number } {
  return { start: first.range?.[0] ?? 0, end: last.range?.[1] ?? 0 };
}

const keyOf = (pair: Pair): string => (isScalar(pair.key) ? String(pair.key.value) : '');

const instanceWords = (pair: Pair): string => `\`${keyOf(pair)}\` (${classOf(pair.value)})`;

function classOf(value: unknown): string {
  const name = isMap(value) ? value.get('class') : undefined;
  return typeof name === 'string' ? name : '';
}

function isForeign(section: Section, value: unknown): boolean {
  const name = classOf(value);
  return name !== '' && !distillerClasses[sectionKinds[section]].includes(name);
}

/** The instance that a policy applies. */
function instanceOf(item: unknown): string {
  if (!isMap(item)) return '';
  const action = item.items.find((pair) => Object.values<string>(sectionKinds).includes(keyOf(pair)))?.value;
  const name = isMap(action) ? action.get('instance_name') : undefined;
  return typeof name === 'string' ? name : '';
}

function commentOut(text: string, parts: readonly ForeignPart[]): string {
  let start = 0;
  const lines = text.split('\n').map((line) => {
    const from = start;
    start += line.length + 1;
    const isForeignLine = parts.some((part) => from < part.end && from + line.length >= part.start);
    return isForeignLine && line.trim() !== '' ? `# ${line}` : line;
  });
  return lines.join('\n');
}

/** Where several things share a line nothing can be commented out: the text is written anew. */
function without(document: Document, parts: readonly ForeignPart[]): string {
  const last = (part: ForeignPart): number => Number(part.path.at(-1)) || 0;
  for (const part of parts.toSorted((a, b) => last(b) - last(a))) document.deleteIn(part.path);
  return String(document);
}

/** Distiller asks for `policies` also where none is left. */
function withPolicies(text: string): string {
  return /^policies *:/m.test(text) || !/^# policies *:/m.test(text) ? '' : '\npolicies: []\n';
}

function headComment(dropped: readonly string[]): string {
  const lines = [
    'For Distiller: what only Distiller Playground understands is out of force here.',
    ...dropped.map((words) => `- ${words}`),
    "Model, data, epochs, batch size and optimizer are arguments of Distiller's command line.",
  ];
  return lines.map((line) => `# ${line}\n`).join('');
}
