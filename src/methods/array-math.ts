import { roundHalfEven } from '../core/rounding.ts';
import type { TensorMath } from './tensor-math.ts';

/**
 * A tensor of the tests: float32 numbers with a shape. Gradients are tested with the engine's implementation; this one
 * gives values only, in milliseconds.
 */
export interface ArrayTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export function arrayTensor(shape: readonly number[], data: ArrayLike<number>): ArrayTensor {
  return { shape, data: Float32Array.from(data) };
}

type Operand = ArrayTensor | number;

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);
const asTensor = (value: Operand): ArrayTensor =>
  typeof value === 'number' ? { shape: [], data: Float32Array.of(value) } : value;

/** Flat index in a tensor of the element that broadcasts to `position` of the result. */
function broadcastIndex(shape: readonly number[], position: readonly number[]): number {
  const skipped = position.length - shape.length;
  return shape.reduce((flat, length, axis) => flat * length + (length === 1 ? 0 : (position[axis + skipped] ?? 0)), 0);
}

function positionOf(flat: number, shape: readonly number[]): number[] {
  const position: number[] = [];
  let rest = flat;
  for (const length of shape.toReversed()) {
    position.unshift(rest % length);
    rest = Math.floor(rest / length);
  }
  return position;
}

function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) =>
    Math.max(a[axis - rank + a.length] ?? 1, b[axis - rank + b.length] ?? 1),
  );
}

function zip(combine: (a: number, b: number) => number): (a: Operand, b: Operand) => ArrayTensor {
  return (first, second) => {
    const [a, b] = [asTensor(first), asTensor(second)];
    const shape = broadcastShape(a.shape, b.shape);
    const data = Float32Array.from({ length: sizeOf(shape) }, (_, flat) => {
      const position = positionOf(flat, shape);
      const left = a.data[broadcastIndex(a.shape, position)] ?? NaN;
      return combine(left, b.data[broadcastIndex(b.shape, position)] ?? NaN);
    });
    return { shape, data };
  };
}

const map =
  (compute: (value: number) => number) =>
  (a: ArrayTensor): ArrayTensor => ({ shape: a.shape, data: a.data.map(compute) });

type Reduce = (a: ArrayTensor, axes?: readonly number[], keepDims?: boolean) => ArrayTensor;

function reduction(compute: (values: readonly number[]) => number): Reduce {
  return (a, axes = a.shape.map((_, axis) => axis), keepDims = false) => {
    const kept = a.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
    const groups = Array.from({ length: sizeOf(kept) }, (): number[] => []);
    a.data.forEach((value, flat) => groups[broadcastIndex(kept, positionOf(flat, a.shape))]?.push(value));
    const shape = keepDims ? kept : a.shape.filter((_, axis) => !axes.includes(axis));
    return { shape, data: Float32Array.from(groups, compute) };
  };
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
const maximum = zip(Math.max);
const minimum = zip(Math.min);
const round = map(roundHalfEven);

/** TensorMath on plain arrays, without gradients. */
export const arrayMath: TensorMath<ArrayTensor> = {
  scalar: (value) => asTensor(value),
  shape: (a) => a.shape,
  reshape: (a, shape) => ({ shape, data: a.data }),
  add: zip((a, b) => a + b),
  sub: zip((a, b) => a - b),
  mul: zip((a, b) => a * b),
  div: zip((a, b) => a / b),
  neg: map((value) => -value),
  abs: map(Math.abs),
  square: map((value) => value * value),
  sqrt: map(Math.sqrt),
  tanh: map(Math.tanh),
  relu: map((value) => Math.max(value, 0)),
  signWithoutZero: map((value) => (value >= 0 ? 1 : -1)),
  sum: reduction(total),
  mean: reduction((values) => total(values) / values.length),
  min: reduction((values) => Math.min(...values)),
  max: reduction((values) => Math.max(...values)),
  minimum,
  maximum,
  clip: (a, low, high) => minimum(maximum(a, low), high),
  round,
  roundSte: round,
  straightThrough: (_, quantized) => quantized,
  stopGradient: (a) => a,
  greater: zip((a, b) => (a > b ? 1 : 0)),
  greaterEqual: zip((a, b) => (a >= b ? 1 : 0)),
  where: (condition, a, b) => {
    const otherwise = zip((chosen, value) => (Number.isNaN(chosen) ? value : chosen));
    return otherwise(zip((flag, value) => (flag === 1 ? value : NaN))(condition, a), b);
  },
  clipLearned: (a, alpha) => minimum(arrayMath.relu(a), alpha),
};
