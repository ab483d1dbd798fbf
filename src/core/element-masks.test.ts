import fc from 'fast-check';
import { expect, test } from 'vitest';
import { levelCount, levelMask, shareOfZeros, splicingMask, thresholdMask } from './element-masks.ts';

const distinct = fc.uniqueArray(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 200 });

test('a weight that equals the threshold goes, also if the threshold is no float32', () => {
  expect([...thresholdMask(Float32Array.of(0.1, -0.1, 0.11, -0.2, 0), 0.1)]).toEqual([0, 0, 1, 1, 0]);
});

test('a level mask of distinct magnitudes has exactly the asked number of zeros', () => {
  fc.assert(
    fc.property(distinct, fc.double({ min: 0, max: 1, noNaN: true }), (magnitudes, level) => {
      const values = Float32Array.from(magnitudes, (value, index) => (index % 2 === 0 ? value : -value));
      const zeros = (levelMask(values, level) ?? []).filter((keep) => keep === 0).length;
      expect(zeros).toBe(Math.floor(level * values.length));
    }),
  );
});

test('a level mask keeps no magnitude that is smaller than a pruned one', () => {
  fc.assert(
    fc.property(distinct, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (magnitudes, level) => {
      const values = Float32Array.from(magnitudes);
      const mask = levelMask(values, level);
      fc.pre(mask !== null);
      const kept = values.filter((_, index) => mask[index] === 1);
      const gone = values.filter((_, index) => mask[index] === 0);
      expect(Math.min(...kept)).toBeGreaterThan(Math.max(...gone));
    }),
  );
});

test('ties with the threshold are all pruned', () => {
  expect([...levelMask(Float32Array.of(1, -1, 1, 2), 0.25)!]).toEqual([0, 0, 0, 1]);
});

test('a level too small for one element prunes nothing', () => {
  expect(levelMask(Float32Array.of(1, 2, 3), 0.3)).toBeNull();
  expect(levelCount(3, 0.3)).toBe(0);
});

test('a level outside of 0 to 1 is refused', () => {
  expect(() => levelMask(Float32Array.of(1), 1.2)).toThrow(RangeError);
});

test('splicing keeps the former mask between the thresholds: the low one keeps, the high one brings back', () => {
  const values = Float32Array.of(0.4, 0.5, 0.9, 1, -1.2);
  const previous = Float32Array.of(1, 0, 1, 0, 0);
  expect([...splicingMask(values, previous, { low: 0.5, high: 1 })]).toEqual([0, 0, 1, 1, 1]);
  expect([...splicingMask(values, null, { low: 0.5, high: 1 })]).toEqual([0, 1, 1, 1, 1]);
});

test('splicing brings back what lies above the high threshold, also below the low one', () => {
  const values = Float32Array.of(0.4, 0.6, 1.2);
  expect([...splicingMask(values, Float32Array.of(0, 0, 0), { low: 1, high: 0.5 })]).toEqual([0, 1, 1]);
});

test('the share of zeros counts negative zero', () => {
  expect(shareOfZeros([0, -0, 1, 2])).toBe(0.5);
  expect(shareOfZeros([])).toBe(0);
});
