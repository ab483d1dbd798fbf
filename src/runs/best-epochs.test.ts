import { expect, test } from 'vitest';
import { rankEpochs } from './best-epochs.ts';
import { fixtureMetrics } from './run-fixture.ts';

function metrics(epoch: number, nonZero: number, top1: number) {
  const all = fixtureMetrics(epoch);
  const kernel = { ...all.parameters['fc1.weight']!, nonZero };
  const bias = { ...kernel, nonZero: 1000 * epoch, structures: {} };
  return { ...all, validation: { loss: 0.1, top1 }, parameters: { 'fc1.weight': kernel, 'fc1.bias': bias } };
}

const order = (...epochs: Parameters<typeof metrics>[]): readonly number[] =>
  rankEpochs(epochs.map((epoch) => metrics(...epoch))).map(({ epoch }) => epoch);

test('the sparsest epoch is the best one, whatever its accuracy', () => {
  expect(order([0, 6, 0.99], [1, 3, 0.7], [2, 4, 0.9])).toEqual([1, 2, 0]);
});

test('of equally sparse epochs the more accurate one comes first, of those the latest', () => {
  expect(order([0, 3, 0.9], [1, 3, 0.95], [2, 3, 0.95], [3, 3, 0.8])).toEqual([2, 1, 0, 3]);
});

test('removed filters count as much as zeros', () => {
  // After thinning the share of zeros falls, and there are fewer weights all the same.
  const before = { ...metrics(0, 5, 0.9), sparsity: 0.5 };
  const after = { ...metrics(1, 4, 0.9), sparsity: 0 };
  expect(rankEpochs([before, after])[0]).toEqual({ epoch: 1, top1: 0.9, sparsity: 0, nonZero: 4 });
  expect(rankEpochs([])).toEqual([]);
});
