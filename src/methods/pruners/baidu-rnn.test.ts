import { expect, test } from 'vitest';
import { findMethod } from '../catalogue.ts';
import { createInstance } from '../create-instance.ts';
import { requestFor } from '../parameter-fixtures.ts';

const args = { q: 0.9, ramp_epoch_offset: 3, ramp_slope_mult: 2, weights: ['conv1.bias'] };
const window = { startingEpoch: 0, endingEpoch: 10, frequency: 1 };

test('the threshold rises with the epochs', () => {
  const pruner = createInstance('pruner', 'BaiduRNNPruner', args);
  const weights = [0.1, 0.3, 0.6, 1.1];
  const kept = [0, 3, 5, 8].map((epoch) =>
    [...pruner.computeMask(requestFor('conv1.bias', weights, { epoch, window }))!].reduce((sum, keep) => sum + keep),
  );
  expect(kept).toEqual([4, 2, 1, 1]);
});

test('a list of epochs has no frequency to divide by', () => {
  const problems = findMethod('BaiduRNNPruner')?.checkWindow?.(args, { ...window, frequency: null });
  expect(problems?.map(({ code }) => code)).toEqual(['needs-frequency']);
});
