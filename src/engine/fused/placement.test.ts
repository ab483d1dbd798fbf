import { expect, test } from 'vitest';
import { mapShape, placedLength, placeGradient, placeMap } from './placement.ts';

test('features are one pixel with that many channels', () => {
  expect(placeMap(mapShape([10]))).toMatchObject({
    height: 1,
    width: 1,
    channels: 10,
    vectors: 3,
    rows: 1,
    columns: 1,
  });
});

test('a border surrounds the pixels', () => {
  const place = placeMap([4, 6, 5], 2);
  expect(place).toMatchObject({ rows: 8, columns: 10, vectors: 2 });
  expect(placedLength(place, 3)).toBe(3 * 8 * 10 * 2);
});

test('the gradient of a convolution has the room that the gradient of its input looks at', () => {
  for (const [kernel, stride, padding, size] of [
    [5, 1, 0, 12],
    [3, 1, 1, 8],
    [3, 2, 1, 9],
    [1, 2, 0, 8],
  ] as const) {
    const outputs = Math.floor((size + 2 * padding - kernel) / stride) + 1;
    const layer = { kernelSize: [kernel, kernel], stride, padding } as const;
    const { border, spacing, rows } = placeGradient([outputs, outputs, 4], layer, [size, size]);
    expect(border).toBe(kernel - 1 - padding);
    expect(spacing).toBe(stride);
    // The last row of the input looks at this many rows from its own on.
    expect(rows).toBeGreaterThanOrEqual(size + kernel - 1);
    expect(rows).toBeGreaterThanOrEqual(border + (outputs - 1) * stride + 1);
  }
});

test('where nobody asks for the gradient of the input, there is no border', () => {
  const layer = { kernelSize: [5, 5], stride: 1, padding: 0 } as const;
  expect(placeGradient([24, 24, 8], layer, null)).toMatchObject({ border: 0, spacing: 1, rows: 24 });
});
