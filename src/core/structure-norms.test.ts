import { expect, test } from 'vitest';
import { groupNorms, groupThresholdMap, lengthDivisor } from './structure-norms.ts';
import { groupStructures } from './structures.ts';

const values = Float32Array.of(3, -1, 4, 0, 0, -2); // [2 inputs, 3 outputs]

test('three norms of the output units of a dense kernel', () => {
  const outputs = groupStructures([2, 3], 'filter');
  expect([...groupNorms(values, outputs, 'L1')]).toEqual([3, 1, 6]);
  expect([...groupNorms(values, outputs, 'L2')].map((norm) => norm ** 2).map(Math.round)).toEqual([9, 1, 20]);
  expect([...groupNorms(values, outputs, 'Max')]).toEqual([3, 1, 4]);
});

test('Distiller divides the norm of a dense row by the number of rows, of a filter by its elements', () => {
  expect(lengthDivisor(groupStructures([2, 3], 'filter'), 2)).toBe(3);
  expect(lengthDivisor(groupStructures([5, 5, 2, 3], 'filter'), 4)).toBe(50);
});

test('a group whose norm equals the threshold goes', () => {
  const outputs = groupStructures([2, 3], 'filter');
  expect([...groupThresholdMap(values, outputs, 'L1', { value: 3, rank: 2 })]).toEqual([0, 0, 1]);
  expect([...groupThresholdMap(values, outputs, 'Mean_Abs', { value: 0.9, rank: 2 })]).toEqual([1, 0, 1]);
});
