import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { denseSizeBytes, encodedSizeBytes } from './encoded-size.ts';

describe('encodedSizeBytes', () => {
  it('packs values to their bit-width', () => {
    expect(encodedSizeBytes({ size: 100, nonZero: 100, bits: 4 })).toBe(50);
  });

  it('uses a bitmask where zeros make that smaller', () => {
    expect(encodedSizeBytes({ size: 800, nonZero: 80, bits: 8 })).toBe(100 + 80);
  });

  it('never exceeds float32', () => {
    fc.assert(
      fc.property(
        fc.nat(10_000),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 32 }),
        (size, share, bits) => {
          expect(encodedSizeBytes({ size, nonZero: Math.floor(size * share), bits })).toBeLessThanOrEqual(
            denseSizeBytes(size),
          );
        },
      ),
    );
  });
});
