import { expect, test } from 'vitest';
import { createInstance } from '../create-instance.ts';
import { requestFor } from '../parameter-fixtures.ts';

const args = { sensitivities: { 'conv1.bias': 0 }, low_thresh_mult: 0.5, hi_thresh_mult: 1.5 };

test('thresholds stay those of the first call, and weights that grow back return', () => {
  const pruner = createInstance('pruner', 'SplicingPruner', args);
  const mask = pruner.computeMask(requestFor('conv1.bias', [0.5, 1.5, 4, 2])); // mean 2: below 1 goes, from 3 on comes back
  expect([...mask!]).toEqual([0, 1, 1, 1]);
  expect([...pruner.computeMask(requestFor('conv1.bias', [2, 0.1, 2, 9], { mask }))!]).toEqual([0, 0, 1, 1]);
  expect([...pruner.computeMask(requestFor('conv1.bias', [3, 2, 2, 9], { mask }))!]).toEqual([1, 1, 1, 1]);
});

test('the sensitivity grows with the epochs of the policy', () => {
  const growing = { ...args, sensitivities: { 'conv1.bias': 1 }, sensitivity_multiplier: 10 };
  const weights = [1, 2, 3, 6];
  const zeros = (epoch: number): number => {
    const pruner = createInstance('pruner', 'SplicingPruner', growing);
    return [...pruner.computeMask(requestFor('conv1.bias', weights, { epoch }))!].filter((keep) => keep === 0).length;
  };
  expect(zeros(3)).toBeGreaterThan(zeros(0));
});
