import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  approximateScale,
  asymmetricParameters,
  clampTo,
  dequantize,
  integerRange,
  linearModes,
  linearParameters,
  modeRange,
  quantize,
  symmetricParameters,
} from './linear-quantization.ts';

test('the examples of the reference, 8 bits', () => {
  expect(symmetricParameters(8, 4, false).scale).toBe(31.875);
  expect(symmetricParameters(8, 4, true).scale).toBe(31.75);
  expect(asymmetricParameters(8, { min: -2, max: 10 }, { signed: false })).toEqual({ scale: 21.25, zeroPoint: -42 });
  expect(asymmetricParameters(8, { min: -2, max: 10 }, { signed: true })).toEqual({ scale: 21.25, zeroPoint: 86 });
  expect(asymmetricParameters(8, { min: 5, max: 10 }, { signed: false }).scale).toBe(25.5);
  expect(asymmetricParameters(8, { min: -10, max: -5 }, { signed: false }).zeroPoint).toBe(-255);
});

test('data that is all zero gets scale 1', () => {
  for (const mode of linearModes) expect(linearParameters(mode, 4, { min: 0, max: 0 }).scale).toBe(1);
});

test('the integers of the modes', () => {
  expect(modeRange('SYMMETRIC', 4)).toEqual({ min: -8, max: 7 });
  expect(modeRange('SYMMETRIC_RESTRICTED', 4)).toEqual({ min: -7, max: 7 });
  expect(modeRange('ASYMMETRIC_UNSIGNED', 4)).toEqual({ min: 0, max: 15 });
  expect(integerRange(1, true)).toEqual({ min: -1, max: 0 });
});

test('an empty range and a negative saturation are refused', () => {
  expect(() => asymmetricParameters(8, { min: 1, max: 0 }, { signed: false })).toThrow(RangeError);
  expect(() => symmetricParameters(8, -1, false)).toThrow(RangeError);
});

const value = fc.float({ min: -100, max: 100, noNaN: true });

test('inside its range a value errs by half a step at most, and zero stays zero', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...linearModes),
      fc.integer({ min: 2, max: 8 }),
      value,
      value,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (mode, bits, a, b, at) => {
        const range = { min: Math.min(a, b), max: Math.max(a, b) };
        const parameters = linearParameters(mode, bits, range);
        const x = Math.fround(range.min + (range.max - range.min) * at);
        const restored = dequantize(quantize(x, parameters), parameters);
        const step = 1 / parameters.scale;
        expect(Math.abs(restored - x)).toBeLessThanOrEqual(step / 2 + 1e-5 * (1 + Math.abs(x)));
        expect(dequantize(quantize(0, parameters), parameters)).toBeCloseTo(0, 10);
      },
    ),
  );
});

test('the largest magnitude of the full symmetric mode rounds past its integers', () => {
  const parameters = symmetricParameters(8, 4, false);
  expect(quantize(4, parameters)).toBe(128);
  expect(clampTo(128, modeRange('SYMMETRIC', 8))).toBe(127);
});

test('a scale as multiplier and shift', () => {
  expect(approximateScale(0.7, { multiplierBits: 8 })).toEqual({ multiplier: 179, shift: 8, value: 0.69921875 });
  expect(approximateScale(Math.fround(0.00123), { multiplierBits: 8, limitShift: true }).multiplier).toBe(0);
});

test('the scale is rounded as PyTorch rounds a number over a tensor, and the zero point of a symmetric range hangs on it', () => {
  // torch 1.13: 3 / torch.tensor([2.54]) = 1.1811023, its product with -1.27 rounds to -1; one division would give -2.
  const { scale, zeroPoint } = asymmetricParameters(2, { min: -1.27, max: 1.27 }, { signed: false });
  expect(scale).toBe(Math.fround(1.1811023));
  expect(zeroPoint).toBe(-1);
});

test('a fixed-point scale on a power of two takes the shift that PyTorch finds', () => {
  expect(approximateScale(255 / 8, { multiplierBits: 14 })).toMatchObject({ multiplier: 16320, shift: 9 });
  expect(approximateScale(37.5, { multiplierBits: 14 })).toMatchObject({ multiplier: 9600, shift: 8 });
});
