import { expect, test } from 'vitest';
import { boundaryInputs, gridSide, reachOf, wrongPoints } from './draw-boundary.ts';

test('the grid begins at the top left, ends at the bottom right, and points follow', () => {
  const inputs = boundaryInputs(2, Float32Array.of(0.5, -0.25));
  const half = 2 / gridSide;
  expect(inputs).toHaveLength(2 * (gridSide * gridSide + 1));
  expect([inputs[0], inputs[1]]).toEqual([Math.fround(half - 2), Math.fround(2 - half)]);
  expect(inputs[2]! - inputs[0]!).toBeCloseTo(2 * half);
  expect([...inputs.subarray(-4)]).toEqual([Math.fround(2 - half), Math.fround(half - 2), 0.5, -0.25]);
});

test('all points are in view', () => {
  expect(reachOf(Float32Array.of(0.5, -2, 1, 0))).toBeCloseTo(2.24);
});

test('points are wrong by the rows after the grid', () => {
  const probabilities = new Float32Array(2 * (gridSide * gridSide + 3));
  probabilities.set([0.9, 0.1, 0.2, 0.8, 0.6, 0.4], 2 * gridSide * gridSide);
  const points = new Float32Array(6);
  expect(wrongPoints({ reach: 1, probabilities, classCount: 2, points, labels: [0, 0, 1], probe: [0, 0] })).toEqual([
    1, 2,
  ]);
});
