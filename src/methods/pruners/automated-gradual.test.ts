import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findMethod } from '../catalogue.ts';
import { createInstance, problemsOf } from '../create-instance.ts';
import { parameterNamed, requestFor } from '../parameter-fixtures.ts';

const args = { initial_sparsity: 0.25, final_sparsity: 0.75, weights: 'fc1.weight' };
const window = { startingEpoch: 2, endingEpoch: 5, frequency: 1 };
const parameter = parameterNamed('fc1.weight');

test('the mask of every epoch has as many zeros as promised', () => {
  const values = fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 8, maxLength: 8 });
  const pruner = createInstance('pruner', 'AutomatedGradualPruner', args);
  fc.assert(
    fc.property(values, fc.constantFrom(2, 3, 4), (weights, epoch) => {
      const mask = pruner.computeMask(requestFor('fc1.weight', weights, { epoch, window }));
      const zeros = [...mask!].filter((keep) => keep === 0).length;
      expect(zeros / weights.length).toBe(pruner.promise({ parameter, epoch, window }));
    }),
  );
});

test('it touches the named parameters only', () => {
  const pruner = createInstance('pruner', 'AutomatedGradualPruner', args);
  expect(pruner.touches(parameter)).toBe(true);
  expect(pruner.computeMask(requestFor('fc1.bias', [1, 2], { epoch: 2, window }))).toBeNull();
});

test('a sparsity that does not rise, one activation and a list of epochs are reported', () => {
  expect(problemsOf('AutomatedGradualPruner', { ...args, final_sparsity: 0.25 })).toEqual(['sparsity-does-not-rise']);
  const check = findMethod('AutomatedGradualPruner')?.checkWindow;
  expect(check?.(args, { ...window, endingEpoch: 3 }).map(({ code }) => code)).toEqual(['too-few-epochs']);
  expect(check?.(args, { ...window, frequency: null }).map(({ code }) => code)).toEqual(['needs-frequency']);
  expect(check?.(args, window)).toEqual([]);
});

test('a target too small for one weight prunes nothing', () => {
  const pruner = createInstance('pruner', 'AutomatedGradualPruner', { ...args, initial_sparsity: 0.1 });
  expect(pruner.computeMask(requestFor('fc1.weight', [1, 2, 3, 4, 5, 6, 7, 8], { epoch: 2, window }))).toBeNull();
});
