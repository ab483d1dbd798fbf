import {
  type ElementOperation,
  elementOperations,
  type ElementOperationName,
  type ReductionName,
} from './operations.ts';

/**
 * A number for each position of a tensor, as a formula. `axes` are those of the whole tensor along which it varies, in
 * ascending order: all of them for an element, none for a scalar, some for one number per group. Two equal formulas of a
 * graph are the same object.
 */
export type ValueNode = ConstantNode | SourceNode | ElementNode | ReductionNode;

interface NodeBase {
  /** Arguments have smaller numbers. */
  readonly id: number;
  readonly axes: readonly number[];
}

export interface ConstantNode extends NodeBase {
  readonly kind: 'constant';
  readonly value: number;
}

/** Something that is given, e.g. the weights. */
export interface SourceNode extends NodeBase {
  readonly kind: 'source';
  readonly name: string;
}

export interface ElementNode extends NodeBase {
  readonly kind: 'element';
  readonly operation: ElementOperationName;
  readonly values: readonly ValueNode[];
}

export interface ReductionNode extends NodeBase {
  readonly kind: 'reduction';
  readonly operation: ReductionName;
  readonly value: ValueNode;
}

/** A formula cannot become part of a fused kernel; the step computes it with TensorFlow.js instead. */
export class NotTraceable extends Error {}

/** `Omit` for each member of a union. */
type WithoutId<Node> = Node extends unknown ? Omit<Node, 'id'> : never;

/** Makes formulas over one tensor. Constants are folded where float32 gives the same number. */
export class ValueGraph {
  /** Of the axes of the tensor; NaN for a length that nobody knows when the formula is traced. */
  readonly lengths: readonly number[];
  private readonly nodes = new Map<string, ValueNode>();

  constructor(lengths: readonly number[]) {
    this.lengths = lengths;
  }

  /** The number in float32. */
  constant(value: number): ConstantNode {
    const rounded = Math.fround(value);
    if (!Number.isFinite(rounded)) throw new NotTraceable(`No shader can spell the constant ${String(value)}`);
    const key = Object.is(rounded, -0) ? 'constant -0' : `constant ${String(rounded)}`;
    return this.unique(key, { kind: 'constant', value: rounded, axes: [] }) as ConstantNode;
  }

  source(name: string, axes: readonly number[]): ValueNode {
    return this.unique(`source ${name}`, { kind: 'source', name, axes });
  }

  element(operation: ElementOperationName, ...values: readonly ValueNode[]): ValueNode {
    const simpler = this.simplify(operation, values);
    if (simpler !== null) return simpler;
    const axes = [...new Set(values.flatMap((value) => value.axes))].sort((a, b) => a - b);
    return this.unique(`${operation} ${idsOf(values)}`, { kind: 'element', operation, values, axes });
  }

  /** Over axes of the tensor. An axis along which the value does not vary counts as often as it is long. */
  reduce(operation: ReductionName, value: ValueNode, over: readonly number[]): ValueNode {
    if (operation === 'sum' && isConstant(value, 0)) return value;
    const axes = value.axes.filter((axis) => !over.includes(axis));
    const reduced =
      axes.length === value.axes.length
        ? value
        : this.unique(`${operation} ${String(value.id)} to ${axes.join()}`, {
            kind: 'reduction',
            operation,
            value,
            axes,
          });
    const repeated = over.filter((axis) => !value.axes.includes(axis));
    if (operation !== 'sum' || repeated.length === 0) return reduced;
    return this.element('mul', reduced, this.constant(this.count(repeated)));
  }

  /** Positions along the axes. */
  count(axes: readonly number[]): number {
    const count = axes.reduce((product, axis) => product * this.lengths[axis]!, 1);
    if (Number.isNaN(count)) throw new NotTraceable('The formula needs the size of an activation');
    return count;
  }

  private simplify(operation: ElementOperationName, values: readonly ValueNode[]): ValueNode | null {
    if (values.every((value) => value.kind === 'constant')) {
      const { compute }: ElementOperation = elementOperations[operation];
      return this.constant(compute(...values.map(({ value }) => value)));
    }
    const [a, b] = values as [ValueNode, ValueNode];
    if (operation === 'mul' && isConstant(a, 1)) return b;
    if ((operation === 'mul' || operation === 'div') && isConstant(b, 1)) return a;
    return operation === 'sub' && isConstant(b, 0) ? a : null;
  }

  private unique(key: string, node: WithoutId<ValueNode>): ValueNode {
    const known = this.nodes.get(key);
    if (known !== undefined) return known;
    const made: ValueNode = { ...node, id: this.nodes.size };
    this.nodes.set(key, made);
    return made;
  }
}

function isConstant(node: ValueNode, value: number): boolean {
  return node.kind === 'constant' && Object.is(node.value, value);
}

const idsOf = (values: readonly ValueNode[]): string => values.map(({ id }) => id).join();

/** What a node is computed from directly. */
export function argumentsOf(node: ValueNode): readonly ValueNode[] {
  if (node.kind === 'element') return node.values;
  return node.kind === 'reduction' ? [node.value] : [];
}

/** All that the roots are computed from and the roots themselves, arguments first. */
export function reachable(roots: readonly ValueNode[]): readonly ValueNode[] {
  const found = new Set<ValueNode>();
  const visit = (node: ValueNode): void => {
    if (found.has(node)) return;
    found.add(node);
    argumentsOf(node).forEach(visit);
  };
  roots.forEach(visit);
  return [...found].sort((a, b) => a.id - b.id);
}
