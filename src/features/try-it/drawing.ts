/** Pixels of the drawing pad on each side; four for each of the 28 cells that keys move by. */
export const padSize = 112;
export const cellsAcross = 28;
const cell = padSize / cellsAcross;

export interface Place {
  readonly x: number;
  readonly y: number;
}

/** One movement of the pen, in pixels of the pad. */
export interface Stroke {
  readonly from: Place;
  readonly to: Place;
  readonly radius: number;
  readonly tool: 'pen' | 'eraser';
}

export const emptyDrawing = (): Uint8Array => new Uint8Array(padSize * padSize);

export function isEmpty(pixels: Uint8Array): boolean {
  return pixels.every((value) => value === 0);
}

/** Middle of a cell. */
export function cellPlace(column: number, row: number): Place {
  return { x: (column + 0.5) * cell, y: (row + 0.5) * cell };
}

/** Whether anything is painted where a cell has its middle. */
export function isPainted(pixels: Uint8Array, column: number, row: number): boolean {
  const { x, y } = cellPlace(column, row);
  return (pixels[Math.floor(y) * padSize + Math.floor(x)] ?? 0) > 127;
}

/** The drawing after a stroke with a round pen; its edge is grey where it covers part of a pixel. */
export function paintStroke(pixels: Uint8Array, { from, to, radius, tool }: Stroke): Uint8Array {
  const painted = pixels.slice();
  const reach = radius + 1;
  const range = (a: number, b: number): readonly [number, number] => [
    Math.max(0, Math.floor(Math.min(a, b) - reach)),
    Math.min(padSize - 1, Math.ceil(Math.max(a, b) + reach)),
  ];
  const [left, right] = range(from.x, to.x);
  const [top, bottom] = range(from.y, to.y);
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const distance = distanceToSegment({ x: x + 0.5, y: y + 0.5 }, from, to);
      const covered = Math.round(255 * Math.max(0, Math.min(1, radius + 0.5 - distance)));
      const index = y * padSize + x;
      const before = pixels[index] ?? 0;
      painted[index] = tool === 'pen' ? Math.max(before, covered) : Math.min(before, 255 - covered);
    }
  }
  return painted;
}

function distanceToSegment(point: Place, from: Place, to: Place): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : ((point.x - from.x) * dx + (point.y - from.y) * dy) / length;
  const share = Math.max(0, Math.min(1, along));
  return Math.hypot(point.x - from.x - share * dx, point.y - from.y - share * dy);
}

/** Paints everything that the outlines shut in: garments are filled shapes. */
export function fillOutlines(pixels: Uint8Array): Uint8Array {
  const outside = new Uint8Array(pixels.length);
  const queue: number[] = [];
  const visit = (x: number, y: number): void => {
    const index = y * padSize + x;
    if (x < 0 || y < 0 || x >= padSize || y >= padSize || outside[index] === 1 || (pixels[index] ?? 0) > 127) return;
    outside[index] = 1;
    queue.push(index);
  };
  for (let at = 0; at < padSize; at++) {
    visit(at, 0);
    visit(at, padSize - 1);
    visit(0, at);
    visit(padSize - 1, at);
  }
  for (let index = queue.pop(); index !== undefined; index = queue.pop()) {
    const [x, y] = [index % padSize, Math.floor(index / padSize)];
    visit(x - 1, y);
    visit(x + 1, y);
    visit(x, y - 1);
    visit(x, y + 1);
  }
  return pixels.map((value, index) => (outside[index] === 1 || value > 127 ? value : 255));
}
