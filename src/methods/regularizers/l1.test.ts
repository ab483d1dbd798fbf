import { expect, test } from 'vitest';
import { arrayMath, arrayTensor } from '../array-math.ts';
import { createInstance } from '../create-instance.ts';
import { parameterNamed } from '../parameter-fixtures.ts';

const bias = parameterNamed('fc1.bias');
const weights = arrayTensor([2], [0.5, -2]);

test('the penalty is the strength times the sum of magnitudes', () => {
  const regularizer = createInstance('regularizer', 'L1Regularizer', { reg_regims: { 'fc1.bias': 2 } });
  expect(regularizer.penalty(arrayMath, weights, bias).data[0]).toBe(5);
  expect(regularizer.thresholdMask(arrayMath, weights, bias)).toBeNull();
  expect(regularizer.touches(parameterNamed('fc1.weight'))).toBe(false);
});

test('any criterion cuts at the strength itself', () => {
  const args = { reg_regims: { 'fc1.bias': 0.5 }, threshold_criteria: 'anything' };
  const mask = createInstance('regularizer', 'L1Regularizer', args).thresholdMask(arrayMath, weights, bias);
  expect([...mask!.data]).toEqual([0, 1]);
});
