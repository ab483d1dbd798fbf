import { expect, test } from 'vitest';
import { createInstance } from '../create-instance.ts';
import { everyEpoch, parameterNamed, requestFor } from '../parameter-fixtures.ts';

const pruner = createInstance('pruner', 'SparsityLevelParameterPruner', {
  levels: { 'fc1.weight': 0.5, 'fc1.bias': 0 },
});
const weights = [8, 1, 7, 2, 6, 3, 5, 4];

test('half of the weights go, the smallest ones, and the promise says so', () => {
  expect([...pruner.computeMask(requestFor('fc1.weight', weights))!]).toEqual([1, 0, 1, 0, 1, 0, 1, 0]);
  const parameter = parameterNamed('fc1.weight');
  expect(pruner.promise({ parameter, epoch: 0, window: everyEpoch })).toBe(0.5);
});

test('a level of 0 and a parameter without entry are left alone', () => {
  expect(pruner.computeMask(requestFor('fc1.bias', [1, 2]))).toBeNull();
  expect(pruner.touches(parameterNamed('fc1.bias'))).toBe(false);
  expect(pruner.touches(parameterNamed('conv1.weight'))).toBe(false);
});

test('levels of the policy replace those of the pruner', () => {
  const levels = { '*': 0.25 };
  const mask = pruner.computeMask(requestFor('fc1.weight', weights, { levels }));
  expect([...mask!].filter((keep) => keep === 0)).toHaveLength(2);
  expect(pruner.touches(parameterNamed('conv1.weight'), levels)).toBe(true);
});

test('a level too small for one weight prunes nothing', () => {
  const small = createInstance('pruner', 'SparsityLevelParameterPruner', { levels: { 'fc1.weight': 0.1 } });
  expect(small.computeMask(requestFor('fc1.weight', weights))).toBeNull();
});
