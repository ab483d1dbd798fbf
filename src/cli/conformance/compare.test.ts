import { expect, test } from 'vitest';
import { firstDifference } from './compare.ts';

const tolerance = { atol: 0.01, rtol: 0.1 };

test('numbers may differ by the absolute plus the relative tolerance', () => {
  expect(firstDifference(1.1, 1, tolerance)).toBeNull();
  expect(firstDifference(1.12, 1, tolerance)).not.toBeNull();
  expect(firstDifference(NaN, 1, tolerance)).not.toBeNull();
});

test('only recorded keys are compared, and the path of a difference is named', () => {
  expect(firstDifference({ a: 1, extra: 2 }, { a: 1 }, tolerance)).toBeNull();
  expect(firstDifference({ a: { b: [1, 5] } }, { a: { b: [1, 2] } }, tolerance)).toContain('a.b[1]');
  expect(firstDifference({}, { a: null }, tolerance)).toContain('absent');
});

test('words, nulls and lengths must be equal', () => {
  expect(firstDifference('x', 'y', tolerance)).not.toBeNull();
  expect(firstDifference([1, 2], [1], tolerance)).not.toBeNull();
  expect(firstDifference({ shape: [2, 1], data: [1, 2] }, { shape: [2], data: [1, 2] }, tolerance)).toContain('shape');
  expect(firstDifference(null, null, tolerance)).toBeNull();
});

test('ignored positions of tensors are left out, others are not', () => {
  const expected = { ignore: [1], output: { shape: [3], data: [1, 2, 3] } };
  expect(firstDifference({ output: { shape: [3], data: [1, 9, 3] } }, expected, tolerance)).toBeNull();
  expect(firstDifference({ output: { shape: [3], data: [9, 2, 3] } }, expected, tolerance)).not.toBeNull();
});
