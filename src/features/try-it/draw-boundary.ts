import { readToken } from '../../ui/theme.ts';
import { choiceOf } from './compared-answers.ts';

/** Cells of the grid on each side. */
export const gridSide = 56;

/** What a plot of the plane shows. */
export interface BoundaryPicture {
  /** The plane is shown from −reach to reach in both directions. */
  readonly reach: number;
  /** [gridSide², classes], row by row from the top; then [points, classes]. */
  readonly probabilities: ArrayLike<number>;
  readonly classCount: number;
  /** [points, 2] */
  readonly points: Float32Array;
  readonly labels: ArrayLike<number>;
  readonly probe: ArrayLike<number>;
}

/** Middles of the cells, [gridSide², 2], and the points after them. */
export function boundaryInputs(reach: number, points: Float32Array): Float32Array {
  const inputs = new Float32Array(2 * gridSide * gridSide + points.length);
  for (let cell = 0; cell < gridSide * gridSide; cell++) {
    inputs[2 * cell] = reach * ((2 * ((cell % gridSide) + 0.5)) / gridSide - 1);
    inputs[2 * cell + 1] = reach * (1 - (2 * (Math.floor(cell / gridSide) + 0.5)) / gridSide);
  }
  inputs.set(points, 2 * gridSide * gridSide);
  return inputs;
}

/** How far the plane has to be shown so that all points are in it. */
export function reachOf(points: Float32Array): number {
  return 1.12 * points.reduce((most, value) => Math.max(most, Math.abs(value)), 0.5);
}

/** Points that are answered wrongly, by their index. */
export function wrongPoints({ probabilities, classCount, points, labels }: BoundaryPicture): readonly number[] {
  const wrong: number[] = [];
  for (let point = 0; point < points.length / 2; point++) {
    const { answer } = choiceOf(probabilities, classCount, gridSide * gridSide + point);
    if (answer !== labels[point]) wrong.push(point);
  }
  return wrong;
}

/** Confidence as shades, the boundary as a line, the points as circles and triangles, wrong ones ringed. */
export function drawBoundary(canvas: CanvasRenderingContext2D, size: number, picture: BoundaryPicture): void {
  drawShades(canvas, size, picture);
  canvas.strokeStyle = readToken('--ink');
  canvas.lineWidth = 2;
  canvas.stroke(boundaryPath(picture, size));
  const wrong = new Set(wrongPoints(picture));
  const { points, labels, reach } = picture;
  for (let point = 0; point < points.length / 2; point++) {
    const place = placeOf(points[2 * point] ?? 0, points[2 * point + 1] ?? 0, reach, size);
    drawPoint(canvas, place, { label: labels[point] ?? 0, isWrong: wrong.has(point) });
  }
  drawProbe(canvas, placeOf(picture.probe[0] ?? 0, picture.probe[1] ?? 0, reach, size));
}

type Spot = readonly [x: number, y: number];

function placeOf(x: number, y: number, reach: number, size: number): Spot {
  return [(0.5 + x / (2 * reach)) * size, (0.5 - y / (2 * reach)) * size];
}

/** Difference of both probabilities in [-1, 1]: positive is the second class. */
function lean({ probabilities, classCount }: BoundaryPicture, cell: number): number {
  return (probabilities[cell * classCount + 1] ?? 0) - (probabilities[cell * classCount] ?? 0);
}

function drawShades(canvas: CanvasRenderingContext2D, size: number, picture: BoundaryPicture): void {
  // Whole pixels: seams between cells would look like a grid.
  const edge = (at: number): number => Math.round((at * size) / gridSide);
  const shades = (['--w-neg-2', '--w-neg-1', '--w-zero', '--w-pos-1', '--w-pos-2'] as const).map(readToken);
  for (let cell = 0; cell < gridSide * gridSide; cell++) {
    const [column, row] = [cell % gridSide, Math.floor(cell / gridSide)];
    canvas.fillStyle = shades[Math.round(2 * lean(picture, cell)) + 2] ?? '';
    canvas.fillRect(edge(column), edge(row), edge(column + 1) - edge(column), edge(row + 1) - edge(row));
  }
}

/** Where both classes are equally probable, between the middles of the cells (marching squares). */
function boundaryPath(picture: BoundaryPicture, size: number): Path2D {
  const path = new Path2D();
  const side = size / gridSide;
  for (let row = 0; row < gridSide - 1; row++) {
    for (let column = 0; column < gridSide - 1; column++) {
      const corners = [
        [column, row],
        [column + 1, row],
        [column + 1, row + 1],
        [column, row + 1],
      ] as const;
      const crossings = corners.flatMap((corner, at): Spot[] => {
        const next = corners[(at + 1) % 4] ?? corner;
        const [a, b] = [corner, next].map(([x, y]) => lean(picture, y * gridSide + x)) as [number, number];
        if (a < 0 === b < 0) return [];
        const share = a / (a - b);
        const along = (axis: 0 | 1): number => (corner[axis] + share * (next[axis] - corner[axis]) + 0.5) * side;
        return [[along(0), along(1)]];
      });
      for (let at = 0; at + 1 < crossings.length; at += 2) {
        path.moveTo(...(crossings[at] ?? [0, 0]));
        path.lineTo(...(crossings[at + 1] ?? [0, 0]));
      }
    }
  }
  return path;
}

function drawPoint(
  canvas: CanvasRenderingContext2D,
  [x, y]: Spot,
  { label, isWrong }: { readonly label: number; readonly isWrong: boolean },
): void {
  canvas.beginPath();
  if (label === 0) canvas.arc(x, y, 2.6, 0, 2 * Math.PI);
  else {
    canvas.moveTo(x, y - 3.4);
    canvas.lineTo(x + 3.2, y + 2.4);
    canvas.lineTo(x - 3.2, y + 2.4);
    canvas.closePath();
  }
  canvas.fillStyle = readToken(label === 0 ? '--w-neg-4' : '--w-pos-4');
  canvas.fill();
  canvas.strokeStyle = readToken('--panel');
  canvas.lineWidth = 0.75;
  canvas.stroke();
  if (!isWrong) return;
  canvas.beginPath();
  canvas.arc(x, y, 5.5, 0, 2 * Math.PI);
  canvas.strokeStyle = readToken('--ink');
  canvas.lineWidth = 1.25;
  canvas.stroke();
}

function drawProbe(canvas: CanvasRenderingContext2D, [x, y]: Spot): void {
  canvas.strokeStyle = readToken('--signal');
  canvas.lineWidth = 2;
  canvas.beginPath();
  for (const [dx, dy] of [
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ] as const) {
    canvas.moveTo(x + 4 * dx, y + 4 * dy);
    canvas.lineTo(x + 11 * dx, y + 11 * dy);
  }
  canvas.stroke();
}
