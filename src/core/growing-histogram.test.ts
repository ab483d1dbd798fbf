import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GrowingHistogram } from './growing-histogram.ts';

test('every value that is not zero is counted in the bin that it falls into', () => {
  const values = fc.array(fc.oneof(fc.constant(0), fc.float({ min: -100, max: 100, noNaN: true })), { minLength: 1 });
  fc.assert(
    fc.property(values, (all) => {
      const histogram = new GrowingHistogram();
      for (const value of all) histogram.add([value]);
      const wanted = all.filter((value) => value !== 0);
      const read = histogram.read();
      if (read === null) return wanted.length === 0;
      const { low, high, counts } = read;
      const width = (high - low) / counts.length;
      const expected = counts.map(
        (_, bin) => wanted.filter((value) => value >= low + bin * width && value < low + (bin + 1) * width).length,
      );
      expect(counts).toEqual(expected);
      return counts.reduce((sum, count) => sum + count, 0) === wanted.length;
    }),
  );
});

test('what is never negative starts at zero and fills its range', () => {
  const histogram = new GrowingHistogram();
  expect(histogram.read()).toBeNull();
  histogram.add(Float32Array.of(0, 1, 2, 5));
  expect(histogram.read()).toMatchObject({ low: 0, high: 8 });
  expect(histogram.read()!.counts.flatMap((count, bin) => (count > 0 ? [bin] : []))).toEqual([8, 16, 40]);
});
