import { expect, test } from 'vitest';
import { measureSparsity } from './sparsity-measures.ts';

test('a convolution has filters, channels and kernels', () => {
  // [1, 1, 2 channels, 2 filters]: filter 1 is empty, so is the kernel of channel 0 and filter 0.
  expect(measureSparsity(Float32Array.of(0, 0, 5, 0), [1, 1, 2, 2])).toEqual({
    element: 0.75,
    filters: 0.5,
    channels: 0.5,
    kernels: 0.75,
  });
});

test('a dense kernel has rows (inputs) and columns (outputs)', () => {
  expect(measureSparsity(Float32Array.of(0, 0, 0, 1, 0, 0), [2, 3])).toEqual({
    element: 5 / 6,
    rows: 0.5,
    columns: 2 / 3,
  });
});

test('a bias is measured by element only', () => {
  expect(measureSparsity(Float32Array.of(0, 1), [2])).toEqual({ element: 0.5 });
});
