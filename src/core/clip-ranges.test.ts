import { expect, test } from 'vitest';
import { clippedRange, measureRange, tensorRanges } from './clip-ranges.ts';

const statistics = { min: -1.3, max: 2.9, avg_min: -0.9, avg_max: 2.2, mean: 0.4, std: 0.8, b: 0.55 };

test('each clip mode reads its own statistics', () => {
  const rule = { mode: 'ASYMMETRIC_UNSIGNED', bits: 4 } as const;
  expect(clippedRange(statistics, { ...rule, clip: 'NONE' })).toEqual({ min: -1.3, max: 2.9 });
  expect(clippedRange(statistics, { ...rule, clip: 'AVG' })).toEqual({ min: -0.9, max: 2.2 });
  const deviations = clippedRange(statistics, { ...rule, clip: 'N_STD', deviations: 2 });
  expect(deviations.min).toBeCloseTo(-1.2);
  expect(deviations.max).toBeCloseTo(2);
  const gauss = clippedRange(statistics, { ...rule, clip: 'GAUSS' });
  expect(gauss.min).toBe(Math.fround(-0.9));
  expect(gauss.max).toBeCloseTo(-0.9 + 2 * 2.55 * 0.8);
  expect(clippedRange(statistics, { ...rule, clip: 'LAPLACE', halfRange: true }).max).toBeCloseTo(-0.9 + 6.2 * 0.55);
});

test('in a symmetric mode the half range changes nothing', () => {
  const rule = { mode: 'SYMMETRIC', bits: 8, clip: 'GAUSS' } as const;
  expect(clippedRange(statistics, { ...rule, halfRange: true })).toEqual(clippedRange(statistics, rule));
});

test('nine bits have no optimal width, and N_STD needs its number', () => {
  expect(() => clippedRange(statistics, { mode: 'SYMMETRIC', bits: 9, clip: 'GAUSS' })).toThrow(RangeError);
  expect(() => clippedRange(statistics, { mode: 'SYMMETRIC', bits: 8, clip: 'N_STD' })).toThrow(RangeError);
});

test('averages are taken over the samples of a batch', () => {
  const measured = measureRange(Float32Array.of(-1, 0, 3, -3, 0, 1), 2);
  expect(measured).toMatchObject({ min: -3, max: 3, avg_min: -2, avg_max: 2, mean: 0 });
});

test('ranges per channel exist in matrices and kernels', () => {
  const rule = { mode: 'SYMMETRIC', bits: 8, clip: 'NONE', perChannel: true } as const;
  expect(tensorRanges(Float32Array.of(1, -2, 3, 4), [2, 2], rule)).toHaveLength(2);
  expect(() => tensorRanges(Float32Array.of(1, -2, 3, 4), [4], rule)).toThrow(RangeError);
});
