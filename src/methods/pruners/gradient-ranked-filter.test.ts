import { expect, test } from 'vitest';
import { createInstance } from '../create-instance.ts';
import { findMethod } from '../catalogue.ts';
import { requestFor } from '../parameter-fixtures.ts';

const name = 'GradientRankedFilterPruner';
const args = { group_type: 'Filters', desired_sparsity: 0.5, weights: ['conv1.weight'] };
const window = { startingEpoch: 0, endingEpoch: 2, frequency: 1 };
const weights = [1, 2, 3, 4, 5, 6, 7, 8];
/** Sums over filters of gradient · weight: -4, 2, -14, 24. */
const gradient = Float32Array.of(1, 1, 0, 1, -1, 0, -2, 2.5);

const maskOf = (epoch: number, known: Float32Array | null): readonly number[] | null => {
  const pruner = createInstance('pruner', name, args);
  const mask = pruner.computeMask(requestFor('conv1.weight', weights, { gradient: known, epoch, window }));
  return mask && [...mask.subarray(0, 4)];
};

test('the filters with the most negative sums of gradient times weight go', () => {
  expect(maskOf(1, gradient)).toEqual([0, 1, 0, 1]);
});

test('nothing goes before the first gradient', () => {
  expect(maskOf(1, null)).toBeNull();
  expect(findMethod(name)).toMatchObject({ needs: ['gradient'] });
});
