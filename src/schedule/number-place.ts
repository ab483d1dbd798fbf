import type { SourceRange } from './diagnostics.ts';
import { readYaml } from './read-yaml.ts';
import { spellNumber } from './yaml-scalar.ts';
import type { YamlNode } from './yaml-node.ts';

/** A number that a schedule writes. */
export interface NumberPlace {
  /** Keys joined by dots, items of lists by their position from 0: `pruners.gradual.levels.fc1.weight`, `policies.0.frequency`. */
  readonly path: string;
  readonly value: number;
  readonly range: SourceRange;
}

/** Where a path ends when no number is found. */
export interface LostPath {
  /** The part of the path that exists. */
  readonly found: string;
  /** What could follow it; empty where the path goes on below a number or a word. */
  readonly next: readonly string[];
}

/** Every number of a tree, in file order: without the version, and without what describes a sweep. */
export function numbersIn(root: YamlNode): readonly NumberPlace[] {
  const all = below(root, '');
  const isOwn = ({ path }: NumberPlace): boolean => path !== 'version' && !path.startsWith('training.sweep.');
  // A value that several places share by an alias stands in one place of the text: the first path names it.
  const seen = new Set<number>();
  return all.filter((place) => {
    const isNew = !seen.has(place.range.start.offset);
    seen.add(place.range.start.offset);
    return isNew && isOwn(place);
  });
}

/** The numbers of a text; none if it cannot be read. */
export function numbersOfText(text: string): readonly NumberPlace[] {
  const { root } = readYaml(text);
  return root === null ? [] : numbersIn(root);
}

/** The number in which, or at whose end, an offset of the text lies; null if there is none. */
export function numberAtOffset(text: string, offset: number): NumberPlace | null {
  const isThere = ({ range }: NumberPlace): boolean => range.start.offset <= offset && offset <= range.end.offset;
  return numbersOfText(text).find(isThere) ?? null;
}

/** The number at a path. Keys may contain dots themselves: the longest key that fits is tried first. */
export function findNumber(root: YamlNode, path: string): NumberPlace | LostPath {
  const found = numbersIn(root).find((place) => place.path === path);
  return found ?? lostPath(root, path);
}

export function isNumberPlace(found: NumberPlace | LostPath): found is NumberPlace {
  return 'range' in found;
}

/**
 * The text with another number at a path, everything else as it was.
 *
 * @returns null if the text cannot be read or has no number there.
 */
export function withNumber(text: string, path: string, value: number): string | null {
  const place = numbersOfText(text).find((one) => one.path === path);
  if (place === undefined) return null;
  return text.slice(0, place.range.start.offset) + spellNumber(value) + text.slice(place.range.end.offset);
}

function below(node: YamlNode, path: string): readonly NumberPlace[] {
  if (node.kind === 'scalar') {
    return typeof node.value === 'number' && Number.isFinite(node.value)
      ? [{ path, value: node.value, range: node.range }]
      : [];
  }
  return children(node).flatMap(([name, child]) => below(child, path === '' ? name : `${path}.${name}`));
}

function children(node: YamlNode): readonly (readonly [string, YamlNode])[] {
  if (node.kind === 'map') return node.entries.map(({ name, value }) => [name, value]);
  return node.kind === 'list' ? node.items.map((item, index) => [String(index), item]) : [];
}

function lostPath(root: YamlNode, path: string): LostPath {
  let node = root;
  let found = '';
  for (;;) {
    const rest = found === '' ? path : path.slice(found.length + 1);
    const fitting = children(node)
      .filter(([name]) => rest === name || rest.startsWith(`${name}.`))
      .toSorted(([a], [b]) => b.length - a.length)[0];
    if (fitting === undefined) return { found, next: children(node).map(([name]) => name) };
    found = found === '' ? fitting[0] : `${found}.${fitting[0]}`;
    node = fitting[1];
    if (found === path) return { found, next: children(node).map(([name]) => name) };
  }
}
