import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { useCpuBackend } from './backend-cpu.ts';
import { createTensorMath } from './tensor-math.ts';

beforeAll(useCpuBackend);

const math = createTensorMath();
const values = [-2.3, -0.7, 0.4, 1.9];

/** Gradient of sum(weights · f(x)) by the tape. */
function gradient(f: (x: tf.Tensor) => tf.Tensor, at: readonly number[]): number[] {
  return tf.tidy(() => [
    ...tf
      .grad((x: tf.Tensor) => weighted(f(x)))(tf.tensor1d([...at]))
      .dataSync(),
  ]);
}

/** The same by central differences of step 1/64. */
function difference(f: (x: tf.Tensor) => tf.Tensor, at: readonly number[]): number[] {
  const step = 1 / 64;
  const evaluate = (x: readonly number[]): number => tf.tidy(() => weighted(f(tf.tensor1d([...x]))).dataSync()[0]!);
  return at.map((_, index) => {
    const shifted = (by: number): number[] => at.map((value, other) => (other === index ? value + by : value));
    return (evaluate(shifted(step)) - evaluate(shifted(-step))) / (2 * step);
  });
}

/** A scalar that weighs the elements differently, so that a permuted gradient is seen. */
function weighted(y: tf.Tensor): tf.Scalar {
  const flat = tf.reshape(y, [-1]);
  const weights = tf.tensor1d(Array.from({ length: flat.shape[0] }, (_, index) => 1 + index / 2));
  return tf.sum(tf.mul(flat, weights));
}

function expectClose(actual: readonly number[], expected: readonly number[], tolerance = 2e-3): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, index) => {
    expect(Math.abs(value - expected[index]!), `element ${String(index)}`).toBeLessThan(
      tolerance * (1 + Math.abs(value)),
    );
  });
}

describe('gradients equal finite differences', () => {
  const vector = (): tf.Tensor => tf.tensor1d([0.5, -1.5, 2, 0.25]);
  const cases: Record<string, (x: tf.Tensor) => tf.Tensor> = {
    add: (x) => math.add(x, vector()),
    sub: (x) => math.sub(vector(), x),
    mul: (x) => math.mul(x, vector()),
    div: (x) => math.div(vector(), x),
    'mul with itself': (x) => math.mul(x, x),
    'broadcast mul': (x) => math.mul(math.reshape(x, [2, 2]), math.sum(x)),
    neg: (x) => math.neg(x),
    abs: (x) => math.abs(x),
    square: (x) => math.square(x),
    sqrt: (x) => math.sqrt(math.square(x)),
    tanh: (x) => math.tanh(x),
    relu: (x) => math.relu(x),
    sum: (x) => math.sum(math.square(x)),
    'sum over an axis': (x) => math.sum(math.reshape(math.square(x), [2, 2]), [0]),
    mean: (x) => math.mean(math.square(x)),
    min: (x) => math.min(math.square(x)),
    max: (x) => math.max(math.square(x)),
    'max over an axis': (x) => math.max(math.reshape(x, [2, 2]), [1], true),
    minimum: (x) => math.minimum(x, vector()),
    maximum: (x) => math.maximum(x, 0.1),
    clip: (x) => math.clip(x, -1, 1),
    where: (x) => math.where(math.greater(x, 0), math.square(x), math.neg(x)),
    'clipLearned, input': (x) => math.clipLearned(x, tf.scalar(1.5)),
    'clipLearned, clip': (x) => math.clipLearned(tf.tensor1d([0.1, 3, 4, -1]), math.add(math.square(math.max(x)), -1)),
  };
  test.each(Object.entries(cases))('%s', (_, f) => {
    expectClose(gradient(f, values), difference(f, values));
  });
});

describe('gradients that are chosen, not derived', () => {
  test('rounding passes the gradient unchanged', () => {
    expect(gradient((x) => math.roundSte(x), [0.5, 1.5, 2.6, -0.2])).toEqual([1, 1.5, 2, 2.5]);
  });
  test('a straight-through value passes the gradient to its source alone', () => {
    expect(gradient((x) => math.straightThrough(x, math.mul(x, 5)), values)).toEqual([1, 1.5, 2, 2.5]);
  });
  test('nothing flows through a stopped gradient, a comparison, a sign or a rounding', () => {
    const constants: ((x: tf.Tensor) => tf.Tensor)[] = [
      (x) => math.stopGradient(math.square(x)),
      (x) => math.greaterEqual(math.square(x), 1),
      (x) => math.signWithoutZero(x),
      (x) => math.round(x),
    ];
    for (const f of constants) expect(gradient((x) => math.add(x, f(x)), values)).toEqual([1, 1.5, 2, 2.5]);
  });
  test('the borders of a clip count as inside', () => {
    expect(gradient((x) => math.clip(x, tf.scalar(-1), tf.scalar(1)), [-1, 1, 1.001, 0])).toEqual([1, 1.5, 0, 2.5]);
  });
  test('the root of zero has gradient zero', () => {
    expect(gradient((x) => math.sqrt(x), [0, 4])).toEqual([0, 1.5 / 4]);
  });
  test('equal extremes share the gradient', () => {
    expect(gradient((x) => math.max(x), [3, 1, 3, -1])).toEqual([0.5, 0, 0.5, 0]);
  });
  test('values at the learned clip belong to the clip', () => {
    expect(gradient((x) => math.clipLearned(x, tf.scalar(2)), [2, 0, 1, 3])).toEqual([0, 0, 2, 0]);
    expect(gradient((alpha) => math.clipLearned(tf.tensor1d([2, 0, 1, 3]), alpha), [2])).toEqual([1 + 2.5]);
  });
});

test('halves round to even and the sign of zero is one', () => {
  expect([...math.round(tf.tensor1d([0.5, 1.5, 2.5, -0.5, -1.5, 127.5])).dataSync()].map((x) => x + 0)).toEqual([
    0, 2, 2, 0, -2, 128,
  ]);
  expect([...math.signWithoutZero(tf.tensor1d([-2, 0, 3])).dataSync()]).toEqual([-1, 1, 1]);
});
