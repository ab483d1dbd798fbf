import fc from 'fast-check';
import { expect, test } from 'vitest';
import { roundHalfEven } from './rounding.ts';

test('halves go to the even neighbour', () => {
  expect([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 127.5].map(roundHalfEven).map((value) => value + 0)).toEqual([
    -2, -2, 0, 0, 2, 2, 128,
  ]);
});

test('a number is at most one half away from its rounding, and integers stay', () => {
  fc.assert(
    fc.property(fc.double({ min: -1e9, max: 1e9, noNaN: true }), (value) => {
      expect(Math.abs(roundHalfEven(value) - value)).toBeLessThanOrEqual(0.5);
      expect(roundHalfEven(Math.trunc(value))).toBe(Math.trunc(value));
    }),
  );
});
