import type { LayerSnapshot } from '../../protocol/training-event.ts';
import { readToken } from '../../ui/theme.ts';

/** Cell value of a pruned weight in a snapshot's picture. */
export const prunedCell = -128;

type Picture = LayerSnapshot['picture'];

/** Which of the nine colour steps, -4 to 4, a cell of a picture has. */
export function colorStep(cell: number): number {
  return Math.round((cell / 127) * 4);
}

/** The nine colours from -4 to 4. */
export function stepColors(): readonly string[] {
  const negative = [4, 3, 2, 1].map((step) => readToken(`--w-neg-${step}`));
  const positive = [1, 2, 3, 4].map((step) => readToken(`--w-pos-${step}`));
  return [...negative, readToken('--w-zero'), ...positive];
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Diagonal hatch on the ground of pruned cells: the picture of "removed". */
export function drawHatch(canvas: CanvasRenderingContext2D, { x, y, width, height }: Box): void {
  const gap = 4;
  canvas.save();
  canvas.beginPath();
  canvas.rect(x, y, width, height);
  canvas.clip();
  canvas.fillStyle = readToken('--w-pruned');
  canvas.fillRect(x, y, width, height);
  canvas.strokeStyle = readToken('--hatch');
  canvas.lineWidth = 1;
  canvas.beginPath();
  for (let offset = Math.floor((x + y) / gap) * gap; offset < x + y + width + height + gap; offset += gap) {
    canvas.moveTo(offset - y, y);
    canvas.lineTo(offset - y - height, y + height);
  }
  canvas.stroke();
  canvas.restore();
}

/** A kernel as cells: orange against blue, zero near the ground; pruned weights are hatch. */
export function drawPicture(canvas: CanvasRenderingContext2D, width: number, height: number, picture: Picture): void {
  drawHatch(canvas, { x: 0, y: 0, width, height });
  const colors = stepColors();
  const cellWidth = width / picture.columns;
  const cellHeight = height / picture.rows;
  const gap = cellWidth >= 6 && cellHeight >= 6 ? 1 : 0;
  for (let row = 0; row < picture.rows; row++) {
    for (let column = 0; column < picture.columns; column++) {
      const cell = picture.cells[row * picture.columns + column] ?? prunedCell;
      if (cell === prunedCell) continue;
      canvas.fillStyle = colors[colorStep(cell) + 4] ?? '';
      canvas.fillRect(column * cellWidth, row * cellHeight, cellWidth - gap + 0.02, cellHeight - gap + 0.02);
    }
  }
}

/** Bars over equal bins of [-range, range]; the pruned weights stand as hatch in the middle. */
export function drawHistogram(
  canvas: CanvasRenderingContext2D,
  width: number,
  height: number,
  histogram: LayerSnapshot['histogram'],
): void {
  const { counts } = histogram;
  const top = Math.max(1, ...counts);
  const barWidth = width / counts.length;
  canvas.fillStyle = readToken('--ink-2');
  counts.forEach((count, index) => {
    const barHeight = (count / top) * (height - 4);
    canvas.fillRect(index * barWidth + 0.4, height - 1 - barHeight, Math.max(0.5, barWidth - 0.8), barHeight);
  });
  if (histogram.pruned > 0) {
    const prunedHeight = Math.min(1, histogram.pruned / top) * (height - 4);
    drawHatch(canvas, { x: width / 2 - 2, y: height - 1 - prunedHeight, width: 4, height: prunedHeight });
  }
  canvas.fillStyle = readToken('--line-strong');
  canvas.fillRect(0, height - 1, width, 1);
  canvas.fillRect(width / 2 - 0.5, height - 4, 1, 4);
}
