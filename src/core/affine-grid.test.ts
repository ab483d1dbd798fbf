import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findAffineGrid, gridValue, levelOf } from './affine-grid.ts';

describe('findAffineGrid', () => {
  it('finds the step of values that miss some levels', () => {
    const grid = findAffineGrid(Float32Array.of(-0.5, 0, 0.75, 2), 16)!;
    expect(grid.scale).toBeCloseTo(0.25, 6);
    expect(grid).toMatchObject({ zeroPoint: 2, levels: 11 });
  });

  it('refuses values that are not equally spaced, too many, or not finite', () => {
    expect(findAffineGrid(Float32Array.of(0, 1, Math.E, 7.77), 16)).toBeNull();
    expect(findAffineGrid(Float32Array.of(0, 1, 2, 3, 4), 4)).toBeNull();
    expect(findAffineGrid(Float32Array.of(0, Number.NaN), 4)).toBeNull();
  });

  it('takes a grid without zero', () => {
    const grid = findAffineGrid(Float32Array.of(-1, -1 / 3, 1 / 3, 1), 4)!;
    expect(grid.levels).toBe(4);
    expect(grid.zeroPoint).toBeCloseTo(1.5, 6);
  });

  it('takes a single value, zero too', () => {
    expect(findAffineGrid(Float32Array.of(0, 0), 2)).toEqual({ scale: 1, zeroPoint: 0, levels: 1 });
    const grid = findAffineGrid(Float32Array.of(-0.3), 2)!;
    expect(gridValue(grid, 0)).toBe(Math.fround(-0.3));
  });

  it('gives back every fake-quantized value within rounding, and zero exactly', () => {
    const levels = fc.array(fc.integer({ min: -128, max: 127 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(levels, fc.double({ min: 1e-4, max: 100, noNaN: true }), (quantized, scale) => {
        const values = Float32Array.from([...quantized, 0], (q) => q * scale);
        const grid = findAffineGrid(values, 256)!;
        const largest = Math.max(...values.map(Math.abs));
        for (const value of values) {
          const read = gridValue(grid, levelOf(grid, value));
          expect(Math.abs(read - value)).toBeLessThanOrEqual(2e-6 * largest);
          if (value === 0) expect(read).toBe(0);
        }
      }),
    );
  });
});
