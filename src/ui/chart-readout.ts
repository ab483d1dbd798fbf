import type { ChartPoint, ChartSeries } from './chart-types.ts';

const NEAR = 1e-6;

/** What a series says at `x`: for a stepped one what holds there, else the sample at exactly this tick. `null`: nothing. */
export function valueAt(series: Pick<ChartSeries, 'points' | 'stepped'>, x: number): number | null {
  let found: ChartPoint | undefined;
  for (const point of series.points) {
    if (point.x > x + NEAR) break;
    found = point;
  }
  if (!found) return null;
  return series.stepped || Math.abs(found.x - x) < NEAR ? found.y : null;
}

export interface ReadoutRow {
  readonly label: string;
  readonly series: ChartSeries;
  readonly promised: number | null;
  readonly measured: number | null;
  /** Measured minus promised. */
  readonly gap: number | null;
}

/** A row for each label: promise and measurement side by side. Raw streams have none; measurements end at the playhead. */
export function readout(series: readonly ChartSeries[], x: number, playhead: number | null): readonly ReadoutRow[] {
  const shown = series.filter((one) => one.kind !== 'raw');
  const labels = [...new Set(shown.map((one) => one.label))];
  return labels.flatMap(
    (label) =>
      readLabel(
        shown.filter((one) => one.label === label),
        x,
        playhead,
      ) ?? [],
  );
}

/** @param same The promise, the measurement or both of one label. */
function readLabel(same: readonly ChartSeries[], x: number, playhead: number | null): ReadoutRow | null {
  const promise = same.find((one) => one.kind === 'promised');
  const measurement = same.find((one) => one.kind !== 'promised');
  const first = measurement ?? promise;
  if (!first) return null;
  const promised = promise ? valueAt(promise, x) : null;
  const measured = measurement && isKnown(measurement, x, playhead) ? valueAt(measurement, x) : null;
  if (promised === null && measured === null) return null;
  const gap = promised === null || measured === null ? null : measured - promised;
  return { label: first.label, series: first, promised, measured, gap };
}

/** A stepped measurement would go on holding after the playhead, where nothing was measured. */
function isKnown(series: ChartSeries, x: number, playhead: number | null): boolean {
  return series.kind !== 'measured' || playhead === null || x <= playhead + NEAR;
}

export interface DrawnPoint {
  readonly x: number;
  /** `null` leaves a gap. */
  readonly y: number | null;
  readonly isMarked: boolean;
}

/** The points to draw: what is not a number becomes a gap; a stepped promise holds until the last epoch, without a marker there. */
export function drawnPoints(series: ChartSeries, epochs: number): readonly DrawnPoint[] {
  const points = series.points.map(({ x, y }) => ({ x, y: Number.isFinite(y) ? y : null, isMarked: true }));
  const last = points.at(-1);
  const holds = series.stepped && series.kind === 'promised';
  if (!holds || !last || last.x >= epochs - NEAR) return points;
  return [...points, { x: epochs, y: last.y, isMarked: false }];
}

/** The last point of a stepped measurement, which holds on to the playhead; `null` when there is nothing to hold. */
export function heldPoint(series: ChartSeries, playhead: number | null): ChartPoint | null {
  const last = series.points.at(-1);
  const holds = series.stepped && series.kind === 'measured' && playhead !== null;
  if (!holds || !last || !Number.isFinite(last.y)) return null;
  return playhead > last.x + NEAR ? last : null;
}
