import { expect, test } from 'vitest';
import { weightHistogram, weightPicture } from './weight-picture.ts';

test('pruned weights are counted and drawn apart', () => {
  const values = Float32Array.of(1, 0, -1, 0.5);
  const mask = Float32Array.of(1, 0, 1, 1);
  const { range, counts, pruned } = weightHistogram(values, mask);
  expect([range, pruned, counts[0], counts.at(-1)]).toEqual([1, 1, 1, 1]);
  expect(counts.reduce((sum, count) => sum + count)).toBe(3);
  const picture = weightPicture([2, 2], values, mask);
  expect([picture.rows, picture.columns]).toEqual([2, 2]);
  expect([...picture.cells]).toEqual([127, -128, -127, 64]);
});

test('a large kernel is thinned', () => {
  const picture = weightPicture([512, 256], new Float32Array(512 * 256), null);
  expect(picture.cells.length).toBeLessThanOrEqual(16_384);
  expect([picture.rows, picture.columns]).toEqual([171, 86]);
});
