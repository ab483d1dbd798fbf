import { expect, test } from 'vitest';
import { arrayMath, arrayTensor } from '../array-math.ts';
import { findMethod } from '../catalogue.ts';
import { createInstance, problemsOf } from '../create-instance.ts';
import { parameterNamed } from '../parameter-fixtures.ts';

const name = 'GroupLassoRegularizer';
const kernel = parameterNamed('conv1.weight');
const dense = parameterNamed('fc1.weight');
const conv = arrayTensor(kernel.shape, [3, 0, 0, 0, 4, 0, 0, 1]); // filters: 5, 0, 0, 1; channels: 3, √17
const matrix = arrayTensor(dense.shape, [3, 0, 4, 0, 0, 0, 0, 2]); // outputs: 5, 2; inputs: 3, 4, 0, 2

const penalty = (group: string, parameter = kernel, weights = conv): number => {
  const regularizer = createInstance('regularizer', name, { reg_regims: { [parameter.name]: [0.5, group] } });
  return regularizer.penalty(arrayMath, weights, parameter).data[0] ?? NaN;
};

test.each([
  ['Filters', 6],
  ['3D', 6],
  ['2D', 3 + 4 + 1],
  ['Channels', 3 + Math.sqrt(17)],
  ['4D', Math.sqrt(26)],
  ['Channels+4D', 3 + Math.sqrt(17) + Math.sqrt(26)],
])('%s of a convolution', (group, sum) => {
  expect(penalty(group)).toBeCloseTo(sum / 2, 4);
});

test.each([
  ['Rows', 7],
  ['Cols', 9],
  ['Rows+Cols', 16],
])('%s of a dense layer', (group, sum) => {
  expect(penalty(group, dense, matrix)).toBeCloseTo(sum / 2, 5);
});

test('the threshold is the strength, and a mask covers whole structures', () => {
  const args = { reg_regims: { 'conv1.weight': [0.5, 'Filters'] }, threshold_criteria: 'Mean_Abs' };
  const mask = createInstance('regularizer', name, args).thresholdMask(arrayMath, conv, kernel);
  expect([...mask!.data]).toEqual([1, 0, 0, 0, 1, 0, 0, 0]); // mean magnitudes 3.5, 0, 0, 0.5
});

test('a group that cannot be thresholded and a wrong rank are reported', () => {
  const args = { reg_regims: { 'conv1.weight': [1, '4D'] }, threshold_criteria: 'Max' };
  expect(problemsOf(name, args)).toEqual(['cannot-threshold']);
  const problems = findMethod(name)?.checkParameter?.({ reg_regims: { 'conv1.weight': [1, 'Rows'] } }, kernel);
  expect(problems?.map(({ code }) => code)).toEqual(['wrong-structure']);
  expect(() => penalty('Rows')).toThrow(RangeError);
});
