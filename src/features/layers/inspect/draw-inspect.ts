import { magnitudeQuantile } from '../../../core/weight-picture.ts';
import { readToken } from '../../../ui/theme.ts';
import { drawHatch, stepColors } from '../draw-weights.ts';
import { grouped } from '../../../ui/grouped.ts';
import type { EpochBand, LevelUse, MaskChurn, StructureNorm } from './inspect-data.ts';

type Draw = (canvas: CanvasRenderingContext2D, width: number, height: number) => void;

const left = 44;
const bottom = 16;
const top = 6;

interface EpochAxis {
  /** Epochs that are done. */
  readonly done: number;
  /** Tick that all views show. */
  readonly tick: number;
}

interface Plot {
  readonly x: (tick: number) => number;
  readonly y: (value: number) => number;
}

/** Frame of a plot over epochs: the range on the left, the epochs below, a line where the views stand. */
function drawFrame(
  canvas: CanvasRenderingContext2D,
  size: readonly [width: number, height: number],
  [low, high]: readonly [number, number],
  { done, tick }: EpochAxis,
): Plot {
  const [width, height] = size;
  const x = (at: number): number => left + ((width - left - 10) * (at - 1)) / Math.max(1, done - 1) + 4;
  const y = (value: number): number => top + ((height - top - bottom) * (high - value)) / (high - low || 1);
  canvas.font = `11px ${readToken('--font-ui') || 'sans-serif'}`;
  canvas.fillStyle = readToken('--line-strong');
  canvas.fillRect(left, height - bottom, width - left, 1);
  canvas.fillStyle = readToken('--grid');
  if (low < 0 && high > 0) canvas.fillRect(left, y(0), width - left, 1);
  canvas.fillStyle = readToken('--signal');
  canvas.fillRect(x(tick) - 0.5, top, 1, height - top - bottom);
  canvas.fillStyle = readToken('--ink-3');
  canvas.textAlign = 'right';
  canvas.fillText(short(high), left - 4, top + 8);
  canvas.fillText(short(low), left - 4, height - bottom);
  canvas.textAlign = 'center';
  canvas.fillText('1', x(1), height - 3);
  if (done > 1) canvas.fillText(String(done), x(done) - 4, height - 3);
  return { x, y };
}

function short(value: number): string {
  if (Math.abs(value) >= 1000) return grouped(value).replace('-', '−');
  return String(Number(value.toPrecision(3))).replace('-', '−');
}

/** Bands, or lines where both ends are one, in the colours and dashes of layers. */
export function drawBands(bands: readonly EpochBand[], axis: EpochAxis, least: number | null = null): Draw {
  return (canvas, width, height) => {
    const values = bands.flatMap(({ points }) => points.flatMap(({ low, high }) => [low, high]));
    if (values.length === 0) return;
    const low = least ?? Math.min(0, ...values);
    const plot = drawFrame(canvas, [width, height], [low, Math.max(...values, low)], axis);
    bands.forEach(({ points }, index) => drawBand(canvas, plot, points, readToken(`--layer-${(index % 12) + 1}`)));
  };
}

function drawBand(canvas: CanvasRenderingContext2D, { x, y }: Plot, points: EpochBand['points'], color: string): void {
  canvas.fillStyle = color;
  canvas.strokeStyle = color;
  canvas.lineWidth = 1.5;
  if (points.some(({ low, high }) => low !== high)) {
    canvas.globalAlpha = 0.22;
    canvas.beginPath();
    for (const { tick, high } of points) canvas.lineTo(x(tick), y(high));
    for (const { tick, low } of points.toReversed()) canvas.lineTo(x(tick), y(low));
    canvas.fill();
    canvas.globalAlpha = 1;
  }
  for (const end of ['low', 'high'] as const) {
    canvas.beginPath();
    for (const point of points) canvas.lineTo(x(point.tick), y(point[end]));
    canvas.stroke();
    for (const point of points) canvas.fillRect(x(point.tick) - 1.5, y(point[end]) - 1.5, 3, 3);
  }
}

/** What came back above the line, what went below it, hatched. */
export function drawChurn(churn: readonly MaskChurn[], axis: EpochAxis): Draw {
  return (canvas, width, height) => {
    const most = Math.max(1, ...churn.flatMap(({ went, came }) => [went, came]));
    const { x, y } = drawFrame(canvas, [width, height], [-most, most], axis);
    const bar = Math.max(2, Math.min(14, (0.7 * (width - left)) / Math.max(1, axis.done)));
    for (const { tick, went, came } of churn) {
      canvas.fillStyle = readToken('--w-pos-3');
      canvas.fillRect(x(tick) - bar / 2, y(came), bar, y(0) - y(came));
      if (went > 0) drawHatch(canvas, { x: x(tick) - bar / 2, y: y(0), width: bar, height: y(-went) - y(0) });
    }
  };
}

/** The floats as an outline of bars; each level that quantization uses as a stem, with the grid of levels below. */
export function drawLevels(
  before: { readonly range: number; readonly counts: readonly number[]; readonly pruned: number },
  levels: readonly LevelUse[],
): Draw {
  return (canvas, width, height) => {
    const floor = height - 10;
    const range = Math.max(before.range, ...levels.map(({ value }) => Math.abs(value))) || 1;
    const x = (value: number): number => width / 2 + (value / range) * (width / 2 - 4);
    const mostBefore = Math.max(1, ...before.counts);
    const binWidth = (x(before.range) - x(-before.range)) / before.counts.length;
    canvas.fillStyle = readToken('--ink-3');
    canvas.globalAlpha = levels.length > 0 ? 0.45 : 1;
    before.counts.forEach((count, bin) => {
      const tall = (count / mostBefore) * (floor - top);
      canvas.fillRect(x(-before.range) + bin * binWidth, floor - tall, Math.max(0.5, binWidth - 0.8), tall);
    });
    canvas.globalAlpha = 1;
    const mostAfter = Math.max(1, ...levels.map(({ count }) => count));
    canvas.fillStyle = readToken('--kind-quantizer');
    for (const { value, count } of levels) {
      const tall = (count / mostAfter) * (floor - top);
      canvas.fillRect(x(value) - 1, floor - tall, 2, tall);
      canvas.fillRect(x(value) - 0.5, floor + 3, 1, 6);
    }
    if (before.pruned > 0) drawHatch(canvas, { x: width / 2 - 3, y: floor - 14, width: 6, height: 14 });
    canvas.fillStyle = readToken('--line-strong');
    canvas.fillRect(0, floor, width, 1);
  };
}

/** Norms from the largest to the smallest; behind the cut line what is pruned, hatched. */
export function drawNorms(norms: readonly StructureNorm[]): Draw {
  return (canvas, width, height) => {
    const most = Math.max(...norms.map(({ norm }) => norm)) || 1;
    const step = width / norms.length;
    const floor = height - 2;
    norms.forEach(({ norm, isPruned }, at) => {
      const tall = Math.max(1, (norm / most) * (floor - top));
      // Whole pixels: bars that are narrower than one would otherwise look like waves.
      const x = Math.round(at * step);
      const right = Math.round((at + 1) * step);
      const box = { x, y: floor - tall, width: Math.max(1, right - x - (step > 4 ? 1.5 : 0)), height: tall };
      canvas.fillStyle = readToken('--ink-2');
      if (isPruned) drawHatch(canvas, box);
      else canvas.fillRect(box.x, box.y, box.width, box.height);
    });
    const cut = norms.findIndex(({ isPruned }) => isPruned);
    canvas.fillStyle = readToken('--kind-pruner');
    if (cut >= 0) canvas.fillRect(cut * step - 1.5, 0, 2, height);
    canvas.fillStyle = readToken('--line-strong');
    canvas.fillRect(0, floor, width, 1);
  };
}

export interface FilterSheet {
  /** [height, width, in, out] */
  readonly shape: readonly number[];
  readonly values: Float32Array;
  readonly mask: Float32Array | null;
}

const mostFilters = 32;
const mostChannels = 8;

/** How many filters and input channels of a kernel a sheet shows. */
export function sheetSize([, , channels = 1, filters = 1]: readonly number[]): readonly [
  channels: number,
  filters: number,
] {
  return [Math.min(channels, mostChannels), Math.min(filters, mostFilters)];
}

/** The filters of a convolution as pictures: across the filters, down their input channels. */
export function drawFilters(sheet: FilterSheet): Draw {
  return (canvas, width, height) => {
    const [rows = 1, columns = 1] = sheet.shape;
    const [channels, filters] = sheetSize(sheet.shape);
    const brightest = magnitudeQuantile(sheet.values, 0.995) || 1;
    const [tileWidth, tileHeight] = [width / filters, height / channels];
    const side = Math.min((tileWidth - 2) / columns, (tileHeight - 2) / rows);
    const tiles: Tiles = { canvas, sheet, brightest, side, colors: stepColors() };
    for (let channel = 0; channel < channels; channel++) {
      for (let filter = 0; filter < filters; filter++) {
        drawTile(tiles, [channel, filter], [filter * tileWidth, channel * tileHeight]);
      }
    }
  };
}

interface Tiles {
  readonly canvas: CanvasRenderingContext2D;
  readonly sheet: FilterSheet;
  readonly brightest: number;
  /** Of a cell, in pixels. */
  readonly side: number;
  readonly colors: readonly string[];
}

/** One channel of one filter: hatched, and what is kept painted over it. */
function drawTile(
  { canvas, sheet, brightest, side, colors }: Tiles,
  [channel, filter]: readonly [number, number],
  [x, y]: readonly [number, number],
): void {
  const [rows = 1, columns = 1, channels = 1, filters = 1] = sheet.shape;
  drawHatch(canvas, { x, y, width: side * columns, height: side * rows });
  for (let cell = 0; cell < rows * columns; cell++) {
    const index = (cell * channels + channel) * filters + filter;
    if (sheet.mask?.[index] === 0) continue;
    const step = Math.round((4 * (sheet.values[index] ?? 0)) / brightest);
    canvas.fillStyle = colors[4 + Math.max(-4, Math.min(4, step))] ?? '';
    canvas.fillRect(x + (cell % columns) * side, y + Math.floor(cell / columns) * side, side + 0.02, side + 0.02);
  }
}

/** Counts of a confusion matrix, printed where there is room, the bluer the larger their share of a class. */
export function drawConfusion(counts: readonly (readonly number[])[]): Draw {
  return (canvas, width, height) => {
    const size = counts.length;
    const [cellWidth, cellHeight] = [width / size, height / size];
    canvas.font = '11px sans-serif';
    canvas.textAlign = 'center';
    canvas.textBaseline = 'middle';
    counts.forEach((row, label) => {
      const total = Math.max(
        1,
        row.reduce((sum, count) => sum + count, 0),
      );
      row.forEach((count, answer) => {
        const step = Math.ceil((4 * count) / total);
        canvas.fillStyle = readToken(step === 0 ? '--w-zero' : `--w-pos-${step}`);
        canvas.fillRect(answer * cellWidth, label * cellHeight, cellWidth - 1, cellHeight - 1);
        if (count === 0 || cellWidth < 14 || cellHeight < 11) return;
        canvas.fillStyle = readToken(step < 3 ? '--ink' : '--panel');
        canvas.fillText(String(count), (answer + 0.5) * cellWidth, (label + 0.5) * cellHeight + 1);
      });
    });
  };
}
