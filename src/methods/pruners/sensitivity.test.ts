import { expect, test } from 'vitest';
import { createInstance } from '../create-instance.ts';
import { parameterNamed, requestFor } from '../parameter-fixtures.ts';
import sensitivity from './sensitivity.ts';

test('the deviation of the first call sets the threshold for all later ones', () => {
  const pruner = createInstance('pruner', 'SensitivityPruner', { sensitivities: { 'conv1.bias': 1 } });
  const first = requestFor('conv1.bias', [-3, -1, 1, 3]); // deviation √(20/3) ≈ 2.58
  expect([...pruner.computeMask(first)!]).toEqual([1, 0, 0, 1]);
  expect([...pruner.computeMask(requestFor('conv1.bias', [-0.3, -0.1, 0.1, 2.6]))!]).toEqual([0, 0, 0, 1]);
});

test('parameters without sensitivity are left alone', () => {
  const pruner = createInstance('pruner', 'SensitivityPruner', { sensitivities: { 'conv1.bias': 1 } });
  expect(pruner.touches(parameterNamed('fc1.bias'))).toBe(false);
  expect(pruner.computeMask(requestFor('fc1.bias', [0, 1]))).toBeNull();
});

test('a negative sensitivity prunes nothing, and says so', () => {
  const args = { sensitivities: { 'conv1.bias': -0.5 } };
  const pruner = createInstance('pruner', 'SensitivityPruner', args);
  expect([...pruner.computeMask(requestFor('conv1.bias', [-3, 0, 1, 3]))!]).toEqual([1, 1, 1, 1]);
  expect(sensitivity.check!(args).map(({ severity, code }) => [severity, code])).toEqual([
    ['warning', 'prunes-nothing'],
  ]);
});
