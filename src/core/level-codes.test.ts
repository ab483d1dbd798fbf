import { expect, test } from 'vitest';
import { decodeLevels, encodeLevels } from './level-codes.ts';

test('few values become codes and come back', () => {
  const values = Float32Array.of(0.5, -0.25, 0, -0, 0.5, 1.75);
  const coded = encodeLevels(values)!;
  expect([...coded.levels]).toEqual([-0.25, 0, 0.5, 1.75]);
  expect([...coded.codes]).toEqual([2, 0, 1, 1, 2, 3]);
  expect([...decodeLevels(coded)]).toEqual([0.5, -0.25, 0, 0, 0.5, 1.75]);
});

test('a byte holds 256 values and no more', () => {
  expect(encodeLevels(Float32Array.from({ length: 256 }, (_, at) => at))?.levels).toHaveLength(256);
  expect(encodeLevels(Float32Array.from({ length: 257 }, (_, at) => at))).toBeNull();
});
