import { type ElementOperation, elementOperations, type ShaderType } from './operations.ts';
import type { ValueNode } from './value-graph.ts';

/** WGSL statements (`let` alone) and the expression that they make possible. */
export interface Emitted {
  readonly statements: string;
  readonly value: string;
}

/** What a value is called where shader text is written. */
export interface Names {
  /** Of all names that are declared. */
  readonly prefix: string;
  readonly typeOf: (node: ValueNode) => ShaderType;
  /** An expression for what is given or was computed before; null: it is to be computed here. */
  readonly known: (node: ValueNode) => string | null;
}

export interface Written {
  readonly statements: string;
  readonly values: readonly string[];
}

/** Statements for everything that the roots need and that is not known, each value once, arguments first. */
export function writeValues(roots: readonly ValueNode[], names: Names): Written {
  const lines: string[] = [];
  const written = new Map<ValueNode, string>();
  const write = (node: ValueNode): string => {
    const before = written.get(node);
    if (before !== undefined) return before;
    const text = node.kind === 'constant' ? literal(node.value) : (knownName(node) ?? declare(node));
    written.set(node, text);
    return text;
  };
  const bind = (node: ValueNode, text: string): string => {
    const name = `${names.prefix}${String(node.id)}`;
    lines.push(`let ${name} = ${text};`);
    return name;
  };
  const knownName = (node: ValueNode): string | null => {
    const text = names.known(node);
    return text === null || /^\w+$/.test(text) ? text : bind(node, text);
  };
  const declare = (node: ValueNode): string => {
    if (node.kind !== 'element') throw new RangeError(`No value is known for the ${node.kind} ${String(node.id)}`);
    const type = names.typeOf(node);
    const { shader }: ElementOperation = elementOperations[node.operation];
    const values = node.values.map((value) => widen(write(value), names.typeOf(value), type));
    return bind(node, shader(type, ...values));
  };
  const values = roots.map(write);
  return { statements: lines.join('\n'), values };
}

/** A value in the type in which it is needed. */
export function widen(text: string, from: ShaderType, to: ShaderType): string {
  return from === to ? text : `${to}(${text})`;
}

/** A float32 number as WGSL. */
function literal(value: number): string {
  const text = Object.is(value, -0) ? '-0f' : `${String(value)}f`;
  return value < 0 || Object.is(value, -0) ? `(${text})` : text;
}
