import { expect, test } from 'vitest';
import { createInstance, problemsOf } from '../create-instance.ts';
import { requestFor } from '../parameter-fixtures.ts';

test('each parameter has its own threshold or the default', () => {
  const pruner = createInstance('pruner', 'MagnitudeParameterPruner', { thresholds: { '*': 1, 'fc1.bias': 3 } });
  expect([...pruner.computeMask(requestFor('fc1.bias', [2, -4]))!]).toEqual([0, 1]);
  expect([...pruner.computeMask(requestFor('conv1.bias', [2, -4, 1, 0]))!]).toEqual([1, 1, 0, 0]);
});

test('a map without the default entry is reported', () => {
  expect(problemsOf('MagnitudeParameterPruner', { thresholds: { 'fc1.weight': 1 } })).toEqual(['missing-default']);
});
