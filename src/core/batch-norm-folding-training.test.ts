import { expect, test } from 'vitest';
import { foldedTrainingForward, type FoldedTrainingState } from './batch-norm-folding-training.ts';
import { convolution, dense } from './network-fixtures.ts';
import { createRandom } from './random.ts';

const random = createRandom(9);
const draw = (size: number, min = -1, max = 1) => Float32Array.from({ length: size }, () => random.uniform(min, max));

const start: FoldedTrainingState = {
  kernel: draw(8),
  bias: draw(2),
  scale: draw(2, 0.5, 1.5),
  shift: draw(2),
  runningMean: draw(2),
  runningVariance: draw(2, 0.5, 2),
  batchesSeen: 0,
  frozen: false,
};
const rule = { layer: dense('d', 4, 2), epsilon: 1e-5, momentum: 0.1, freezeDelay: 2 };
const batch = { shape: [5, 4], values: draw(20) };

test('a training batch is normalized by its own statistics', () => {
  const { output } = foldedTrainingForward(rule, { ...start, scale: null, shift: null }, batch, true);
  const first = output.values.filter((_, index) => index % 2 === 0);
  const mean = first.reduce((sum, value) => sum + value, 0) / 5;
  expect(mean).toBeCloseTo(0, 6);
  expect(first.reduce((sum, value) => sum + value ** 2, 0) / 5).toBeCloseTo(1, 3);
});

test('without a momentum the running statistics average all batches alike', () => {
  const cumulative = { ...rule, momentum: null };
  const one = foldedTrainingForward(cumulative, start, batch, true).state;
  const two = foldedTrainingForward(cumulative, one, { shape: [5, 4], values: draw(20) }, true).state;
  const other = foldedTrainingForward(cumulative, start, batch, true).state;
  expect(two.batchesSeen).toBe(2);
  expect([...one.runningMean]).toEqual([...other.runningMean]);
  expect(one.runningMean[0]).not.toBeCloseTo(start.runningMean[0]!, 3);
});

test('evaluation changes no statistics', () => {
  expect(foldedTrainingForward(rule, start, batch, false).state).toBe(start);
});

test('after the delay the layer is folded for good, and evaluation agrees with what it was before', () => {
  let state = start;
  for (let step = 0; step < 2; step++) state = foldedTrainingForward(rule, state, batch, true).state;
  expect(state.frozen).toBe(false);
  const frozen = foldedTrainingForward(rule, state, batch, true).state;
  expect(frozen.frozen).toBe(true);
  const unfrozen = foldedTrainingForward({ ...rule, freezeDelay: 99 }, state, batch, true).state;
  const expected = foldedTrainingForward(rule, unfrozen, batch, false).output.values;
  const got = foldedTrainingForward(rule, frozen, batch, true).output.values;
  for (const [index, value] of got.entries()) expect(value).toBeCloseTo(expected[index]!, 5);
});

test.each([
  { phase: 'training', training: true },
  { phase: 'evaluation', training: false },
])('gradients in $phase agree with finite differences', ({ training }) => {
  const convolutional = { ...rule, layer: convolution('c', 1, 2, { kernelSize: [2, 2], padding: 0 }) };
  const input = { shape: [2, 3, 3, 1], values: draw(18) };
  const outputGradient = draw(16);
  const loss = (state: FoldedTrainingState, x: Float32Array): number =>
    foldedTrainingForward(convolutional, state, { ...input, values: x }, training).output.values.reduce(
      (sum, value, index) => sum + value * outputGradient[index]!,
      0,
    );
  const gradients = foldedTrainingForward(convolutional, start, input, training).backward(outputGradient);
  const step = 1 / 128;
  const slope = (at: (by: number) => number): number => (at(step) - at(-step)) / (2 * step);
  const moved = (values: Float32Array, index: number, by: number) => values.with(index, values[index]! + by);
  for (const index of [0, 3, 7]) {
    expect(gradients.input[index]).toBeCloseTo(
      slope((by) => loss(start, moved(input.values, index, by))),
      1,
    );
    const byKernel = slope((by) => loss({ ...start, kernel: moved(start.kernel, index, by) }, input.values));
    expect(gradients.kernel[index]).toBeCloseTo(byKernel, 1);
  }
  for (const key of ['scale', 'shift'] as const) {
    const by = slope((change) => loss({ ...start, [key]: moved(start[key]!, 1, change) }, input.values));
    expect(gradients[key]![1]).toBeCloseTo(by, 2);
  }
});
