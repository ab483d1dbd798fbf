import { expect, test } from 'vitest';
import { createInstance, problemsOf } from '../create-instance.ts';
import { parameterNamed, requestFor } from '../parameter-fixtures.ts';

const name = 'L2RankedStructureParameterPruner_AGP';
const args = { group_type: '3D', initial_sparsity: 0.1, final_sparsity: 0.75, weights: ['conv1.weight'] };
const window = { startingEpoch: 0, endingEpoch: 5, frequency: 1 };
const weights = [1, 8, 2, -9, 1, 8, 2, 9];

test('whole filters follow the cubic curve, as promised', () => {
  const pruner = createInstance('pruner', name, args);
  const parameter = parameterNamed('conv1.weight');
  const epochs = [0, 1, 2, 3, 4];
  expect(epochs.map((epoch) => pruner.promise({ parameter, epoch, window }))).toEqual([0, 0.25, 0.5, 0.5, 0.75]);
  const zeros = epochs.map((epoch) => {
    const mask = pruner.computeMask(requestFor('conv1.weight', weights, { epoch, window }));
    return mask && [...mask].filter((keep) => keep === 0).length / 8;
  });
  expect(zeros).toEqual([null, 0.25, 0.5, 0.5, 0.75]);
});

test('a share that does not rise is reported', () => {
  expect(problemsOf(name, { ...args, final_sparsity: 0.1 })).toEqual(['sparsity-does-not-rise']);
});
