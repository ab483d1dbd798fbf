import { describe, expect, it } from 'vitest';
import { storeTensor } from './stored-tensor.ts';

const grid = (levels: readonly number[], scale: number): Float32Array => Float32Array.from(levels, (q) => q * scale);

describe('storeTensor', () => {
  it('packs quantized values with one scale and zero point', () => {
    const values = grid(
      Array.from({ length: 64 }, (_, index) => (index % 15) - 7),
      0.1,
    );
    expect(storeTensor([8, 8], values, 4)).toMatchObject({ bits: 4, layout: 'dense', scales: 1, bytes: 32 + 8 });
  });

  it('takes a scale for each output where one does not do', () => {
    const values = Float32Array.from({ length: 32 }, (_, index) => ((index >> 1) - 8) * [0.1, 0.0173][index % 2]!);
    expect(storeTensor([16, 2], values, 4)).toMatchObject({ bits: 4, scales: 2, bytes: 16 + 16 });
  });

  it('takes floats where values lie on no grid, whatever the bits', () => {
    const values = Float32Array.from({ length: 16 }, (_, index) => Math.sin(index + 1));
    expect(storeTensor([16], values, 8)).toMatchObject({ bits: 32, scales: 0, bytes: 64 });
  });

  it('leaves zeros out: by a bitmask, or by rows where few values are left', () => {
    const sparse = (every: number): Float32Array =>
      Float32Array.from({ length: 2048 }, (_, index) => (index % every === 0 ? Math.sin(index + 1) : 0));
    expect(storeTensor([256, 8], sparse(4), 32)).toMatchObject({ layout: 'bitmask', bytes: 256 + 512 * 4 });
    // 9 starts of 4 bits, 8 columns of 8 bits, 8 floats
    expect(storeTensor([256, 8], sparse(256), 32)).toMatchObject({ layout: 'csr', bytes: 5 + 8 + 32 });
  });

  it('leaves zeros out where no level is zero', () => {
    const values = Float32Array.from({ length: 16 }, (_, index) => [0, -1, -1 / 3, 1 / 3, 1][index % 5]!);
    expect(storeTensor([16, 1], values, 2)).toMatchObject({ bits: 2, needsSparse: true, layout: 'bitmask' });
  });

  it('bounds the bytes by the entropy of the levels', () => {
    const halves = grid([1, 1, -1, -1, 1, -1, 1, -1], 0.5);
    expect(storeTensor([8], halves, 8).entropyBytes).toBe(1);
    const quarter = Float32Array.from({ length: 8 }, (_, index) => (index % 4 === 0 ? Math.sin(index + 1) : 0));
    expect(storeTensor([8], quarter, 32).entropyBytes).toBeCloseTo((8 * 0.811278 + 64) / 8, 5);
  });
});
