import { expect, test } from 'vitest';
import { extremes, kthSmallest, mean, meanAbsoluteDeviation, meanMagnitude, sampleDeviation } from './statistics.ts';

const values = Float32Array.of(-2, 0, 4, 6);

test('mean, magnitude and deviations of four numbers', () => {
  expect(mean(values)).toBe(2);
  expect(meanMagnitude(values)).toBe(3);
  expect(sampleDeviation(values)).toBeCloseTo(Math.sqrt(40 / 3), 12);
  expect(meanAbsoluteDeviation(values)).toBe(3);
  expect(extremes(values)).toEqual({ min: -2, max: 6 });
});

test('the k-th smallest counts from one and leaves the values as they were', () => {
  const shuffled = Float32Array.of(3, 1, 2);
  expect(kthSmallest(shuffled, 1)).toBe(1);
  expect(kthSmallest(shuffled, 3)).toBe(3);
  expect([...shuffled]).toEqual([3, 1, 2]);
  expect(() => kthSmallest(shuffled, 0)).toThrow(RangeError);
});
