import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromHalfFloats, toHalfFloats } from './half-float.ts';

const roundTrip = (...values: number[]): number[] => [...fromHalfFloats(toHalfFloats(Float32Array.from(values)))];

test('bits are those of binary16', () => {
  const values = Float32Array.from([0, -0, 1, -2, 0.1, 65504, 2 ** -14, 2 ** -24, NaN]);
  expect([...toHalfFloats(values)]).toEqual([0, 0x8000, 0x3c00, 0xc000, 0x2e66, 0x7bff, 0x0400, 1, 0x7e00]);
});

test('half way between two halves the even one is taken', () => {
  expect(roundTrip(1 + 2 ** -11, 1 + 3 * 2 ** -11)).toEqual([1, 1 + 2 ** -9]);
});

test('what is too large stays finite', () => {
  expect(roundTrip(1e9, -Infinity)).toEqual([65504, -65504]);
});

test('at most 2^-11 of a value is lost', () => {
  fc.assert(
    fc.property(fc.float({ min: Math.fround(-60000), max: Math.fround(60000), noNaN: true }), (value) => {
      expect(Math.abs(roundTrip(value)[0]! - value)).toBeLessThanOrEqual(
        Math.max(2 ** -25, Math.abs(value) * 2 ** -11),
      );
    }),
  );
});
