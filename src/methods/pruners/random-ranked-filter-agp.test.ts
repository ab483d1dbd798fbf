import { expect, test } from 'vitest';
import { createInstance, problemsOf } from '../create-instance.ts';
import { requestFor } from '../parameter-fixtures.ts';

const name = 'RandomRankedFilterPruner_AGP';
const args = { group_type: '3D', initial_sparsity: 0.25, final_sparsity: 1, weights: ['conv1.weight'] };
const window = { startingEpoch: 0, endingEpoch: 3, frequency: 1 };

test('more filters go as the curve rises', () => {
  const pruner = createInstance('pruner', name, args);
  const zeros = [0, 2].map((epoch) => {
    const mask = pruner.computeMask(requestFor('conv1.weight', Array(8).fill(1), { epoch, window }));
    return [...mask!].filter((value) => value === 0).length;
  });
  expect(zeros[1]).toBeGreaterThan(zeros[0]!);
});

test('a share that does not rise is reported', () => {
  expect(problemsOf(name, { ...args, initial_sparsity: 1 })).toEqual(['sparsity-does-not-rise']);
});
