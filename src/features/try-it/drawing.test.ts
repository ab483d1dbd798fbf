import { expect, test } from 'vitest';
import { digitFraming, frameDrawing } from '../../core/frame-drawing.ts';
import { cellPlace, emptyDrawing, fillOutlines, isEmpty, isPainted, padSize, paintStroke } from './drawing.ts';

const line = (from: readonly [number, number], to: readonly [number, number], pixels = emptyDrawing()): Uint8Array =>
  paintStroke(pixels, { from: cellPlace(...from), to: cellPlace(...to), radius: 5, tool: 'pen' });

test('a stroke paints from its beginning to its end, and nothing far from it', () => {
  const drawn = line([5, 5], [5, 20]);
  for (let row = 5; row <= 20; row++) expect(isPainted(drawn, 5, row)).toBe(true);
  expect(isPainted(drawn, 5, 23)).toBe(false);
  expect(isPainted(drawn, 8, 10)).toBe(false);
});

test('its edge is grey', () => {
  expect(line([3, 3], [20, 17]).some((value) => value > 0 && value < 255)).toBe(true);
});

test('strokes beyond the pad paint what lies on it', () => {
  const drawn = paintStroke(emptyDrawing(), { from: { x: -30, y: 2 }, to: { x: 400, y: 2 }, radius: 4, tool: 'pen' });
  expect(isPainted(drawn, 0, 0)).toBe(true);
  expect(isPainted(drawn, 27, 0)).toBe(true);
});

test('the eraser takes away what the pen painted', () => {
  const drawn = line([5, 5], [5, 20]);
  const erased = paintStroke(drawn, { from: cellPlace(5, 0), to: cellPlace(5, 27), radius: 9, tool: 'eraser' });
  expect(isEmpty(erased)).toBe(true);
  expect(isEmpty(drawn)).toBe(false);
});

test('what outlines shut in is filled, what is open is not', () => {
  const box = line([5, 20], [5, 5], line([20, 20], [5, 20], line([20, 5], [20, 20], line([5, 5], [20, 5]))));
  expect(isPainted(box, 12, 12)).toBe(false);
  const filled = fillOutlines(box);
  expect(isPainted(filled, 12, 12)).toBe(true);
  expect(isPainted(filled, 2, 2)).toBe(false);
  const open = line([5, 5], [20, 5]);
  expect(fillOutlines(open)).toEqual(open);
});

test('a one is framed as those of MNIST are: 20 high, a few pixels wide, in the middle', () => {
  const framed = frameDrawing({ width: padSize, height: padSize, pixels: line([6, 4], [6, 22]) }, digitFraming);
  const rows = Array.from({ length: 28 }, (_, y) =>
    framed.subarray(28 * y, 28 * y + 28).filter((value) => value > 127),
  );
  expect(rows.filter((row) => row.length > 0)).toHaveLength(20);
  expect(rows[14]!.length).toBeGreaterThanOrEqual(2);
  expect(rows[14]!.length).toBeLessThanOrEqual(4);
});
