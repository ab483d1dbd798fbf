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

/**
 * The points to draw: a stepped measurement holds until the playhead, a stepped promise until the last epoch. The added
 * point has no marker.
 */
export function drawnPoints(series: ChartSeries, epochs: number, playhead: number | null): readonly DrawnPoint[] {
  const points = series.points.map((point) => ({
    x: point.x,
    y: Number.isFinite(point.y) ? point.y : null,
    isMarked: true,
  }));
  const last = points.at(-1);
  if (!series.stepped || !last) return points;
  const until = series.kind === 'measured' ? (playhead ?? last.x) : epochs;
  return until > last.x + NEAR ? [...points, { x: until, y: last.y, isMarked: false }] : points;
}

export interface DrawnPoint {
  readonly x: number;
  /** `null` leaves a gap. */
  readonly y: number | null;
  readonly isMarked: boolean;
}
