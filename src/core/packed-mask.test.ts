import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskChange, packMask, unpackMask } from './packed-mask.ts';

test('a mask comes back from its bits', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(0, 1), { maxLength: 40 }), (bits) => {
      const mask = Float32Array.from(bits);
      const packed = packMask(mask);
      expect(packed).toHaveLength(Math.ceil(bits.length / 8));
      expect(unpackMask(packed, bits.length)).toEqual(mask);
    }),
  );
});

test('what went and what came back is counted apart', () => {
  expect(maskChange(Float32Array.of(1, 1, 0, 0, 1), Float32Array.of(0, 0, 1, 0, 1))).toEqual({ went: 2, came: 1 });
  expect(maskChange(Float32Array.of(1, 1), Float32Array.of(1))).toBeNull();
});
