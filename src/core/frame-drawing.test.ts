import fc from 'fast-check';
import { expect, test } from 'vitest';
import { digitFraming, frameDrawing, frameSize, garmentFraming, type GreyPicture } from './frame-drawing.ts';

function drawing(width: number, height: number, isInk: (x: number, y: number) => boolean): GreyPicture {
  const at = (index: number): boolean => isInk(index % width, Math.floor(index / width));
  return { width, height, pixels: Uint8Array.from({ length: width * height }, (_, index) => (at(index) ? 255 : 0)) };
}

function bounds(framed: Uint8Array) {
  const inked = [...framed.keys()].filter((index) => framed[index] !== 0);
  const [columns, rows] = [
    inked.map((index) => index % frameSize),
    inked.map((index) => Math.floor(index / frameSize)),
  ];
  const ends = (values: readonly number[]): readonly number[] => [Math.min(...values), Math.max(...values)];
  return { columns: ends(columns), rows: ends(rows) };
}

function massCentre(framed: Uint8Array): readonly number[] {
  const mass = framed.reduce((sum, value) => sum + value, 0);
  const centre = (axis: (index: number) => number): number =>
    framed.reduce((sum, value, index) => sum + value * (axis(index) + 0.5), 0) / mass;
  return [centre((index) => index % frameSize), centre((index) => Math.floor(index / frameSize))];
}

test('nothing drawn is an empty frame', () => {
  expect(
    frameDrawing(
      drawing(56, 56, () => false),
      digitFraming,
    ).every((value) => value === 0),
  ).toBe(true);
});

test('a full square becomes 20 × 20 white pixels in the middle', () => {
  const framed = frameDrawing(
    drawing(112, 112, (x, y) => x >= 10 && x < 50 && y >= 60 && y < 100),
    digitFraming,
  );
  expect(bounds(framed)).toEqual({ columns: [4, 23], rows: [4, 23] });
  expect(framed.filter((value) => value === 255)).toHaveLength(400);
});

test('a garment fills the frame', () => {
  const framed = frameDrawing(
    drawing(112, 112, (x, y) => x >= 40 && x < 60 && y < 80),
    garmentFraming,
  );
  expect(bounds(framed)).toEqual({ columns: [11, 17], rows: [0, 27] });
});

test('edges that cover part of a pixel are grey, by the share that they cover', () => {
  // 20 pixels in height, and a slope of half a pixel in width.
  const framed = frameDrawing(
    drawing(40, 40, (x, y) => x < 1 + 39 * Number(y < 2)),
    digitFraming,
  );
  expect([...new Set(framed)].sort((a, b) => a - b)).toEqual([0, 128, 255]);
});

test('the centre of mass, not of the box, lies in the middle', () => {
  // An L: its mass is low and left of the middle of its box.
  const framed = frameDrawing(
    drawing(80, 80, (x, y) => x < 12 || y >= 68),
    digitFraming,
  );
  const [x = 0, y = 0] = massCentre(framed);
  expect(Math.abs(x - 14)).toBeLessThanOrEqual(0.5);
  expect(Math.abs(y - 14)).toBeLessThanOrEqual(0.5);
  expect(bounds(framed).columns).not.toEqual([4, 23]);
});

test('where the drawing lies, and how large it is, makes no difference', () => {
  const shape = (scale: number, dx: number, dy: number): GreyPicture =>
    drawing(112, 112, (x, y) => {
      const [u, v] = [Math.floor((x - dx) / scale), Math.floor((y - dy) / scale)];
      return u >= 0 && v >= 0 && u < 10 && v < 20 && (u < 3 || v > 15);
    });
  const one = frameDrawing(shape(2, 3, 5), digitFraming);
  expect(frameDrawing(shape(2, 60, 40), digitFraming)).toEqual(one);
  expect(frameDrawing(shape(4, 10, 20), digitFraming)).toEqual(one);
});

test('any drawing stays in the frame, and its longer side fills the box', () => {
  const picture = fc
    .uint8Array({ minLength: 400, maxLength: 400 })
    .filter((pixels) => pixels.some((value) => value > 0));
  fc.assert(
    fc.property(picture, (pixels) => {
      const framed = frameDrawing({ width: 20, height: 20, pixels }, garmentFraming);
      expect(framed).toHaveLength(784);
      expect(framed.some((value) => value > 0)).toBe(true);
    }),
    { numRuns: 30 },
  );
});
