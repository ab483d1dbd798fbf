import type { ReactElement } from 'react';
import styles from './chart-surface.module.css';
import type { ChartSeries } from './chart-types.ts';
import { MarkerMark } from './layer-swatch.tsx';
import { type Plot, spreadLabels } from './plot-scale.ts';

/** `right`: in the margin, at the last value of promises. `playhead`: right of it, at the last measured value. */
export type DirectLabels = 'right' | 'playhead' | 'none';

/** Room that labels in the margin take, in pixels. */
export const LABEL_MARGIN = 106;
/** The same at the playhead, whose labels end up in the margin when the run does: names without values. */
export const PLAYHEAD_MARGIN = 88;
const GAP = 13;

interface LabelProps {
  readonly plot: Plot;
  readonly series: readonly ChartSeries[];
  readonly place: 'right' | 'playhead';
  readonly playhead: number | null;
}

/** Names beside the lines instead of a legend, at least 13 px apart. */
export function SeriesLabels({ plot, series, place, playhead }: LabelProps): ReactElement | null {
  if (place === 'right' && plot.width - plot.right < LABEL_MARGIN) return null;
  const named = labelledSeries(series, place);
  const ends = named.map((one) => Math.max(plot.top, Math.min(plot.bottom, labelHeight(one, plot, place, playhead))));
  const placed = spreadLabels(ends, GAP, plot.top, plot.bottom);
  const x = place === 'right' ? plot.right + 8 : Math.min(plot.x(playhead ?? 0) + 8, plot.width - PLAYHEAD_MARGIN + 2);
  return (
    <svg className={styles.layer} width={plot.width} height={plot.height} aria-hidden="true">
      {named.map((one, index) => {
        const y = placed[index] ?? null;
        return y === null ? null : <SeriesLabel key={one.id} series={one} x={x} y={y} />;
      })}
    </svg>
  );
}

/** Pixels from the top. A line that goes on past its label carries it below, so that it does not strike it through. */
function labelHeight(series: ChartSeries, plot: Plot, place: 'right' | 'playhead', playhead: number | null): number {
  const points = series.points.filter((point) => Number.isFinite(point.y));
  const last = points.at(-1);
  if (!last) return plot.bottom;
  if (place === 'right' || playhead === null || last.x <= playhead) return plot.y(last.y);
  const next = points.find((point) => point.x > playhead) ?? last;
  return plot.y(next.y) + GAP;
}

/** One series for each label; in the margin the promise, which goes to the last epoch, else the line itself. */
function labelledSeries(series: readonly ChartSeries[], place: 'right' | 'playhead'): readonly ChartSeries[] {
  const labels = [
    ...new Set(series.filter((one) => one.kind !== 'raw' && one.points.length > 0).map((one) => one.label)),
  ];
  return labels.flatMap((label) => {
    const same = series.filter((one) => one.label === label && one.kind !== 'raw' && one.points.length > 0);
    const wanted =
      same.find((one) => (place === 'right' ? one.kind === 'promised' : one.kind !== 'promised')) ?? same[0];
    if (!wanted) return [];
    const marker = same.find((one) => one.marker)?.marker ?? null;
    const note = same.find((one) => one.note !== undefined)?.note;
    return [{ ...wanted, marker, note }];
  });
}

function SeriesLabel({
  series,
  x,
  y,
}: {
  readonly series: ChartSeries;
  readonly x: number;
  readonly y: number;
}): ReactElement {
  const width = series.kind === 'context' ? 1.25 : 2;
  return (
    <g>
      <path d={`M${x} ${y}h14`} stroke={`var(${series.colorVar})`} strokeWidth={width} strokeDasharray={series.dash} />
      {series.marker && <MarkerMark marker={series.marker} colorVar={series.colorVar} x={x + 7} y={y} />}
      {/* painted first in the panel's colour, so that lines behind do not cut through the words */}
      <text
        className={styles.strong}
        x={x + 19}
        y={y + 3.5}
        paintOrder="stroke"
        stroke="var(--panel)"
        strokeWidth="3"
        strokeLinejoin="round"
      >
        {series.label}
        {series.note !== undefined && <tspan fill="var(--ink-3)"> {series.note}</tspan>}
      </text>
    </g>
  );
}
