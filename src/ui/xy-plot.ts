import { createPlot, linearTicks, logTicks, type Plot, type ScaleKind } from './plot-scale.ts';
import type { ElementSize } from './use-element-size.ts';

/** Something measured: a place in the plane, and what it is. */
export interface XyMark {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  /** Printed beside the mark where there is room: a run's number, a value. */
  readonly name: string;
  /** `hollow`: beaten by others, or beside the point. */
  readonly look: 'solid' | 'hollow';
  /** The one that is shown elsewhere on the page. */
  readonly isCurrent?: boolean;
  /** Custom property; `--ink` unless given. */
  readonly colorVar?: `--${string}`;
  /** What the mark says when it is pointed at, a line for each fact. */
  readonly facts: readonly string[];
}

export interface XyPoint {
  readonly x: number;
  readonly y: number;
}

/** `measured`: 2 px. `context`: one of several behind. `front`: steps to the right, then up. */
export interface XyLine {
  readonly id: string;
  readonly look: 'measured' | 'context' | 'front';
  readonly points: readonly XyPoint[];
}

/** The room between the smallest and the largest of several lines. */
export interface XyBand {
  readonly points: readonly { readonly x: number; readonly low: number; readonly high: number }[];
}

export interface XyAxes {
  readonly xDomain: readonly [number, number];
  readonly xScale: ScaleKind;
  readonly yDomain: readonly [number, number];
}

export interface XyPlot extends Plot {
  /** Pixels of a value of x; `x` of a plain plot takes shares. */
  readonly at: (x: number) => number;
  readonly xTicks: readonly number[];
  readonly yTicks: readonly number[];
}

/** Where values of two free axes lie in an element. */
export function xyPlot(size: ElementSize, { xDomain, xScale, yDomain }: XyAxes): XyPlot {
  const margin = { left: 44, right: 16, top: 14, bottom: 34 };
  const plot = createPlot({ ...size, margin, epochs: 1, yDomain, yScale: 'linear' });
  const transform = xScale === 'log' ? Math.log : (value: number): number => value;
  const [low, high] = xDomain;
  const span = transform(high) - transform(low) || 1;
  const wanted = Math.max(2, Math.floor((plot.right - plot.left) / 90));
  return {
    ...plot,
    at: (x) => plot.x((transform(x) - transform(low)) / span),
    xTicks: xScale === 'log' ? logTicks(low, high) : linearTicks(low, high, wanted),
    yTicks: linearTicks(yDomain[0], yDomain[1], plot.bottom - plot.top > 140 ? 5 : 3),
  };
}

/** Ends of an axis around values, with a little room; both ends apart also for a single value. */
export function paddedDomain(values: readonly number[], scale: ScaleKind): readonly [number, number] {
  const known = values.filter((value) => Number.isFinite(value) && (scale === 'linear' || value > 0));
  if (known.length === 0) return scale === 'log' ? [1, 10] : [0, 1];
  const [low, high] = [Math.min(...known), Math.max(...known)];
  if (scale === 'log') return high / low < 1.2 ? [low / 1.5, high * 1.5] : [low / 1.12, high * 1.12];
  const room = (high - low || Math.abs(high) * 0.2 || 1) * 0.06;
  return [low - room, high + room];
}

/** Logarithmic once the largest is far from the smallest and none is zero or below. */
export function scaleFor(values: readonly number[]): ScaleKind {
  const known = values.filter((value) => Number.isFinite(value));
  const low = Math.min(...known);
  return known.length > 1 && low > 0 && Math.max(...known) / low > 8 ? 'log' : 'linear';
}

/** SVG path of a line. */
export function linePath(plot: XyPlot, { look, points }: XyLine): string {
  const known = points.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y));
  return known
    .map(({ x, y }, index) => {
      if (index === 0) return `M${plot.at(x)} ${plot.y(y)}`;
      return look === 'front' ? `H${plot.at(x)}V${plot.y(y)}` : `L${plot.at(x)} ${plot.y(y)}`;
    })
    .join('');
}

/** SVG path around a band. */
export function bandPath(plot: XyPlot, { points }: XyBand): string {
  if (points.length === 0) return '';
  const upper = points.map(({ x, high }) => `${plot.at(x)} ${plot.y(high)}`);
  const lower = points.toReversed().map(({ x, low }) => `${plot.at(x)} ${plot.y(low)}`);
  return `M${[...upper, ...lower].join('L')}Z`;
}

/** Farther from the pointer than this, a mark is not meant. */
const reachPx = 40;

/** The mark nearest to a place in pixels; -1 if none is near. */
export function nearestMark(plot: XyPlot, marks: readonly XyMark[], place: XyPoint): number {
  let best = -1;
  let bestDistance = reachPx;
  for (const [index, mark] of marks.entries()) {
    const distance = Math.hypot(plot.at(mark.x) - place.x, plot.y(mark.y) - place.y);
    if (distance <= bestDistance) [best, bestDistance] = [index, distance];
  }
  return best;
}
