import {
  type ElementOperation,
  elementOperations,
  type ReductionOperation,
  reductionOperations,
} from './operations.ts';
import type { ValueNode } from './value-graph.ts';

/** Numbers along the axes of a node, the last axis fastest; those of constants have one. */
export type Evaluated = Float32Array;

/** Given tensors and scalars by name. */
export type Givens = Readonly<Record<string, Float32Array | number>>;

/**
 * Computes formulas on the host with the operations that shaders have: each in float32, sums in float64 and rounded.
 *
 * @param lengths Of the axes of the whole tensor.
 */
export function evaluateFormula(lengths: readonly number[], givens: Givens): (node: ValueNode) => Evaluated {
  const done = new Map<ValueNode, Evaluated>();
  const evaluate = (node: ValueNode): Evaluated => {
    const before = done.get(node);
    if (before !== undefined) return before;
    const values = compute(node);
    done.set(node, values);
    return values;
  };
  const compute = (node: ValueNode): Evaluated => {
    switch (node.kind) {
      case 'constant':
        return Float32Array.of(node.value);
      case 'source': {
        const given = givens[node.name];
        if (given === undefined) throw new RangeError(`Nothing is given for ${node.name}`);
        return typeof given === 'number' ? Float32Array.of(given) : given;
      }
      case 'element': {
        const { compute: operation }: ElementOperation = elementOperations[node.operation];
        const parts = node.values.map((value) => spreadOver(lengths, node.axes, value.axes, evaluate(value)));
        return Float32Array.from({ length: sizeOf(lengths, node.axes) }, (_, at) =>
          operation(...parts.map((part) => part(at))),
        );
      }
      case 'reduction': {
        const { start, compute: combine }: ReductionOperation = reductionOperations[node.operation];
        const totals = new Float64Array(sizeOf(lengths, node.axes)).fill(start);
        const place = placesIn(lengths, node.value.axes, node.axes);
        evaluate(node.value).forEach((value, at) => {
          totals[place(at)] = combine(totals[place(at)]!, value);
        });
        return Float32Array.from(totals);
      }
    }
  };
  return evaluate;
}

const sizeOf = (lengths: readonly number[], axes: readonly number[]): number =>
  axes.reduce((product, axis) => product * lengths[axis]!, 1);

/** The number of a position along some axes, from its number along more of them. */
function placesIn(
  lengths: readonly number[],
  from: readonly number[],
  to: readonly number[],
): (position: number) => number {
  if (to.length === 0) return () => 0;
  if (to.length === from.length) return (position) => position;
  return (position) => {
    let [rest, place, stride] = [position, 0, 1];
    for (const axis of from.toReversed()) {
      const length = lengths[axis]!;
      if (to.includes(axis)) {
        place += (rest % length) * stride;
        stride *= length;
      }
      rest = Math.floor(rest / length);
    }
    return place;
  };
}

/** Values of fewer axes, read by positions along more. */
export function spreadOver(
  lengths: readonly number[],
  axes: readonly number[],
  own: readonly number[],
  values: Evaluated,
): (position: number) => number {
  const place = placesIn(lengths, axes, own);
  return (position) => values[place(position)]!;
}
