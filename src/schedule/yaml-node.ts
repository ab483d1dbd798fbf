import type { SourceRange } from './diagnostics.ts';
import type { ScalarValue } from './yaml-scalar.ts';

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly range: SourceRange;
  readonly value: ScalarValue;
  /** As written, without quotes. */
  readonly source: string;
}

export interface ListNode {
  readonly kind: 'list';
  readonly range: SourceRange;
  readonly items: readonly YamlNode[];
  readonly flow: boolean;
}

export interface MapNode {
  readonly kind: 'map';
  readonly range: SourceRange;
  /** In file order, merged entries first; of a key written twice only the last one. */
  readonly entries: readonly MapEntry[];
  readonly flow: boolean;
}

export interface MapEntry {
  /** The key as text, also where YAML reads a number or a truth value. */
  readonly name: string;
  readonly key: ScalarNode;
  readonly value: YamlNode;
}

export type YamlNode = ScalarNode | ListNode | MapNode;

/** The plain value of a tree, as PyYAML and JSON would give it. */
export function plainValue(node: YamlNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(plainValue);
    case 'map':
      return Object.fromEntries(node.entries.map((entry) => [entry.name, plainValue(entry.value)]));
  }
}

/** The entry of that key. */
export function entryOf(node: MapNode, name: string): MapEntry | undefined {
  return node.entries.find((entry) => entry.name === name);
}
