import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { denseSizeBytes, encodedSizeBytes, layoutBytes, smallestLayout } from './encoded-size.ts';

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

describe('smallestLayout', () => {
  it('counts the sections of each layout', () => {
    // 10 starts of 7 bits, 100 columns of 7 bits, 100 values of 4 bits
    expect(layoutBytes({ size: 900, nonZero: 100, bits: 4, outputs: 9, scales: 1 })).toEqual({
      dense: 450,
      bitmask: 113 + 50,
      csr: 9 + 88 + 50,
    });
  });

  it('adds a scale and a zero point for each grid', () => {
    const tensor = { size: 64, nonZero: 64, bits: 8, outputs: 8 };
    expect(smallestLayout({ ...tensor, scales: 8 })).toEqual({ layout: 'dense', bytes: 64 + 64 });
    expect(smallestLayout({ ...tensor, scales: 1, needsSparse: true })).toEqual({
      layout: 'bitmask',
      bytes: 8 + 64 + 8,
    });
  });
});
