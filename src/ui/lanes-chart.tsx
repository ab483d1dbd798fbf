import type { ReactElement } from 'react';
import { PlotBackdrop, PlotForeground } from './chart-layers.tsx';
import { ChartSurface } from './chart-surface.tsx';
import styles from './chart-surface.module.css';
import type { EpochAxisProps } from './chart-types.ts';
import { createPlot, type Plot } from './plot-scale.ts';

/** A stretch of epochs with one width; `to` is exclusive. */
export interface LaneSpan {
  readonly from: number;
  readonly to: number;
  readonly bits: number;
}

export interface Lane {
  readonly id: string;
  /** Layer or activation. */
  readonly label: string;
  /** What was measured; drawn up to the playhead. */
  readonly measured: readonly LaneSpan[];
  /** What the schedule promises; drawn as dotted outlines after the playhead. */
  readonly promised: readonly LaneSpan[];
}

export interface LanesChartProps extends EpochAxisProps {
  readonly lanes: readonly Lane[];
}

const SMALLEST_LANE_PX = 15;
const LONGEST_NAME = 9;

/** Bit-widths: a row for each layer, the width printed in it. Fills the body of its `ChartFrame` and scrolls when there are many rows. */
export function LanesChart(props: LanesChartProps): ReactElement {
  const { lanes, cursorEpoch, epochs } = props;
  const nameLength = Math.min(LONGEST_NAME, Math.max(4, ...lanes.map((lane) => lane.label.length)));
  return (
    <ChartSurface
      axis={props}
      valueText={
        cursorEpoch === null
          ? ''
          : lanes.map((lane) => `${lane.label} ${bitsAt(lane, cursorEpoch) ?? 'unknown'}`).join(', ')
      }
      card={null}
      plotOf={({ width, height }) => {
        const margin = { left: nameLength * 6 + 14, right: 12, top: props.size === 'large' ? 22 : 14, bottom: 20 };
        const needed = lanes.length * SMALLEST_LANE_PX + margin.top + margin.bottom;
        return createPlot({
          width,
          height: Math.max(height, needed),
          margin,
          epochs,
          yDomain: [0, Math.max(1, lanes.length)],
          yScale: 'linear',
        });
      }}
      draw={(plot) => (
        <div style={{ position: 'relative', height: plot.height }}>
          <PlotBackdrop plot={plot} axis={props} y={{ ticks: [], format: String }} />
          <svg className={styles.layer} width={plot.width} height={plot.height} aria-hidden="true">
            {lanes.map((lane, row) => (
              <LaneRow key={lane.id} lane={lane} row={row} plot={plot} count={lanes.length} playhead={props.playhead} />
            ))}
          </svg>
          <PlotForeground plot={plot} axis={props} rings={[]} tickTop={plot.top - 6} />
        </div>
      )}
    />
  );
}

/** The width in force during the epoch that begins at `tick`; at the last tick that of the last epoch. */
export function bitsAt(lane: Lane, tick: number): number | null {
  const holds = (span: LaneSpan): boolean => span.from <= tick && tick < span.to;
  const span = lane.measured.find(holds) ?? lane.promised.find(holds) ?? lane.promised.at(-1) ?? lane.measured.at(-1);
  return span?.bits ?? null;
}

interface LaneRowProps {
  readonly lane: Lane;
  readonly row: number;
  readonly count: number;
  readonly plot: Plot;
  readonly playhead: number | null;
}

function LaneRow({ lane, row, count, plot, playhead }: LaneRowProps): ReactElement {
  const pitch = (plot.bottom - plot.top) / count;
  const gap = pitch > 20 ? 2 : 1;
  const top = plot.top + row * pitch + gap;
  const height = pitch - 2 * gap;
  const middle = top + height / 2 + 3.8;
  const now = playhead ?? 0;
  const name = lane.label.length > LONGEST_NAME ? `${lane.label.slice(0, LONGEST_NAME - 1)}…` : lane.label;
  return (
    <g>
      <title>{lane.label}</title>
      <text x={plot.left - 6} y={middle} textAnchor="end">
        {name}
      </text>
      {lane.measured.map((span) => {
        const to = Math.min(span.to, now);
        return (
          to > span.from && (
            <SolidSpan
              key={span.from}
              x={plot.x(span.from)}
              end={plot.x(to)}
              top={top}
              height={height}
              bits={span.bits}
            />
          )
        );
      })}
      {lane.promised.map((span) => {
        const from = Math.max(span.from, now);
        return (
          span.to > from && (
            <DottedSpan
              key={span.from}
              x={plot.x(from)}
              end={plot.x(span.to)}
              top={top}
              height={height}
              bits={span.from >= now ? span.bits : null}
            />
          )
        );
      })}
    </g>
  );
}

interface SpanProps {
  readonly x: number;
  readonly end: number;
  readonly top: number;
  readonly height: number;
}

const ROOM_FOR_NUMBER_PX = 18;

function SolidSpan({ x, end, top, height, bits }: SpanProps & { readonly bits: number }): ReactElement {
  return (
    <>
      <rect
        x={x + 0.5}
        y={top}
        width={Math.max(0, end - x - 1)}
        height={height}
        fill={`color-mix(in oklab, var(--kind-quantizer) ${laneStrength(bits)}%, var(--panel))`}
      />
      {end - x > ROOM_FOR_NUMBER_PX && (
        <text className={styles.number} x={x + 6} y={top + height / 2 + 3.8}>
          {bits}
        </text>
      )}
    </>
  );
}

/** `bits` is null where the number already stands in the solid part. */
function DottedSpan({ x, end, top, height, bits }: SpanProps & { readonly bits: number | null }): ReactElement {
  return (
    <>
      <rect
        x={x + 1}
        y={top + 0.5}
        width={Math.max(0, end - x - 2)}
        height={Math.max(0, height - 1)}
        fill="none"
        stroke="var(--kind-quantizer)"
        strokeDasharray="2 3"
        strokeOpacity="0.8"
      />
      {bits !== null && end - x > ROOM_FOR_NUMBER_PX && (
        <text x={x + 6} y={top + height / 2 + 3.8}>
          {bits}
        </text>
      )}
    </>
  );
}

const STRENGTHS: readonly (readonly [bits: number, percent: number])[] = [
  [2, 56],
  [4, 42],
  [8, 27],
  [16, 18],
  [32, 10],
];

/** Share of the quantizer's hue in a lane, in percent: the fewer bits, the stronger. */
export function laneStrength(bits: number): number {
  const above = STRENGTHS.findIndex(([known]) => known >= bits);
  if (above === -1) return 10;
  const [highBits, highPercent] = STRENGTHS[above] ?? [32, 10];
  const [lowBits, lowPercent] = STRENGTHS[above - 1] ?? [highBits, highPercent];
  if (highBits === lowBits) return highPercent;
  const share = Math.log2(bits / lowBits) / Math.log2(highBits / lowBits);
  return Math.round(lowPercent + (highPercent - lowPercent) * share);
}
