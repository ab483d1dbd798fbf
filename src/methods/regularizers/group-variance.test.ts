import { expect, test } from 'vitest';
import { arrayMath, arrayTensor } from '../array-math.ts';
import { findMethod } from '../catalogue.ts';
import { createInstance } from '../create-instance.ts';
import { parameterNamed } from '../parameter-fixtures.ts';

const name = 'GroupVarianceRegularizer';
const kernel = parameterNamed('conv1.weight');

test('the penalty is the strength over the variance of the channel norms', () => {
  const regularizer = createInstance('regularizer', name, { reg_regims: { 'conv1.weight': [0.5, 'Channels'] } });
  const weights = arrayTensor(kernel.shape, [1, 0, 0, 0, 3, 0, 0, 0]); // norms 1 and 3: variance 2
  expect(regularizer.penalty(arrayMath, weights, kernel).data[0]).toBeCloseTo(0.25, 5);
  expect(regularizer.thresholdMask(arrayMath, weights, kernel)).toBeNull();
});

test('only Channels are accepted, and one channel is reported', () => {
  expect(() => createInstance('regularizer', name, { reg_regims: { 'conv1.weight': [1, 'Filters'] } })).toThrow();
  const single = { ...kernel, shape: [1, 1, 1, 4] };
  const problems = findMethod(name)?.checkParameter?.({ reg_regims: { 'conv1.weight': [1, 'Channels'] } }, single);
  expect(problems?.map(({ code }) => code)).toEqual(['one-channel']);
});
