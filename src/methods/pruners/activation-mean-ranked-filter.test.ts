import { expect, test } from 'vitest';
import { createInstance } from '../create-instance.ts';
import { findMethod } from '../catalogue.ts';
import { requestFor } from '../parameter-fixtures.ts';

const name = 'ActivationMeanRankedFilterPruner';
const args = { group_type: 'Filters', desired_sparsity: 0.5, weights: ['conv1.weight'] };
const window = { startingEpoch: 1, endingEpoch: 3, frequency: 1 };
const activations = { apoz: Float32Array.of(10, 90, 40, 70), mean: Float32Array.of(5, 0.5, 3, 4) };
const weights = [1, 2, 3, 4, 5, 6, 7, 8];

const maskOf = (changes: object = {}, epoch = 2): readonly number[] | null => {
  const mask = createInstance('pruner', name, { ...args, ...changes }).computeMask(
    requestFor('conv1.weight', weights, { activations, epoch, window }),
  );
  return mask && [...mask.subarray(0, 4)];
};

test('the filters with the weakest activations go', () => {
  expect(maskOf()).toEqual([1, 0, 0, 1]);
});

test('asked to, it removes the strongest as Distiller does', () => {
  expect(maskOf({ remove: 'strongest' })).toEqual([0, 1, 1, 0]);
});

test('nothing goes before anything was measured, and a policy that starts then is reported', () => {
  const pruner = createInstance('pruner', name, args);
  expect(pruner.computeMask(requestFor('conv1.weight', weights, { activations: null, epoch: 2, window }))).toBeNull();
  const definition = findMethod(name);
  const codesAt = (startingEpoch: number) =>
    definition?.checkWindow?.(args, { ...window, startingEpoch }).map(({ code }) => code);
  expect(definition).toMatchObject({ needs: ['activations'] });
  expect(codesAt(0)).toEqual(['nothing-measured']);
  expect(codesAt(1)).toEqual([]);
});
