import { expect, test } from 'vitest';
import {
  approximated,
  biasFormat,
  dequantizeKernel,
  formatOfStatistics,
  formatOfTensor,
  quantizeKernel,
  toIntegers,
  toReals,
} from './quantized-format.ts';

const rule = { mode: 'ASYMMETRIC_UNSIGNED', bits: 8, clip: 'NONE', approximationBits: null } as const;
const statistics = { min: -2, max: 10, avg_min: -1, avg_max: 5, mean: 1, std: 2, b: 1 };

test('the range of statistics follows the clip mode', () => {
  expect(formatOfStatistics(statistics, rule).parameters).toEqual({ scale: 21.25, zeroPoint: -42 });
  expect(formatOfStatistics(statistics, { ...rule, clip: 'AVG' }).parameters.scale).toBeCloseTo(255 / 6, 4);
});

test('an approximated scale keeps the zero point of the exact one', () => {
  const { parameters } = formatOfStatistics(statistics, { ...rule, approximationBits: 4 });
  expect(parameters).toEqual({ scale: 20, zeroPoint: -42 });
  expect(approximated(21.25, null)).toBe(21.25);
});

test('a tensor at hand starts LAPLACE at its smallest value, statistics at the average of the smallest', () => {
  const values = Float32Array.of(-4, 1, 0, 1);
  const clipped = { ...rule, clip: 'LAPLACE' } as const;
  // Mean −0.5, b 1.75, α 17.3: both start at the minimum, −4 here and −1.5 from the averages.
  expect(formatOfTensor(values, 2, clipped).parameters.zeroPoint).toBe(Math.round((-4 * 255) / 34.615));
  const recorded = { min: -4, max: 1, avg_min: -2, avg_max: 1, mean: -0.5, std: 2, b: 1.75 };
  expect(formatOfStatistics(recorded, clipped).parameters.zeroPoint).toBe(Math.round((-2 * 255) / 34.615));
});

test('integers are clamped and come back on the grid', () => {
  const format = formatOfStatistics({ ...statistics, min: 0, max: 255 }, rule);
  const integers = toIntegers(Float32Array.of(-5, 0.4, 254.6, 300), format);
  expect([...integers]).toEqual([0, 0, 255, 255]);
  expect([...toReals(integers, format)]).toEqual([0, 0, 255, 255]);
});

test('per channel each output has its own scale', () => {
  const kernel = Float32Array.of(1, -20, -2, 10);
  const restricted = { mode: 'SYMMETRIC_RESTRICTED', bits: 8, clip: 'NONE', perChannel: true } as const;
  const quantized = quantizeKernel(kernel, 2, restricted);
  expect(quantized.formats.map(({ parameters }) => parameters.scale)).toEqual([63.5, Math.fround(6.35)]);
  expect([...quantized.integers]).toEqual([64, -127, -127, 64]);
  expect(dequantizeKernel(quantized)[1]).toBeCloseTo(-20, 5);
  expect(quantizeKernel(kernel, 2, { ...restricted, perChannel: false }).formats).toHaveLength(1);
});

test('a clipped kernel has one scale even per channel, and N_STD is refused', () => {
  const kernel = Float32Array.of(1, -20, -2, 10);
  const clipped = { mode: 'ASYMMETRIC_SIGNED', bits: 8, perChannel: true } as const;
  const { formats } = quantizeKernel(kernel, 2, { ...clipped, clip: 'AVG' });
  // The averages of the outputs' extremes: −11 and 5.5.
  expect(formats.map(({ parameters }) => parameters.scale)).toEqual([Math.fround(Math.fround(1 / 16.5) * 255)]);
  expect(() => quantizeKernel(kernel, 2, { ...clipped, clip: 'N_STD', deviations: 2 })).toThrow(RangeError);
});

test('a bias of its own is symmetric', () => {
  expect(biasFormat(Float32Array.of(-2, 1), 8).parameters).toEqual({ scale: 63.75, zeroPoint: 0 });
});
