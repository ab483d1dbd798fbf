import { memo, type ReactElement, useMemo } from 'react';
import { Line, LineChart, XAxis, YAxis } from 'recharts';
import { ChartCard } from './chart-card.tsx';
import { type DirectLabels, LABEL_MARGIN, PLAYHEAD_MARGIN, SeriesLabels } from './chart-labels.tsx';
import { PlotBackdrop, PlotForeground } from './chart-layers.tsx';
import { type DrawnPoint, drawnPoints, heldPoint, readout } from './chart-readout.ts';
import { ChartSurface } from './chart-surface.tsx';
import styles from './chart-surface.module.css';
import type { ChartSeries, EpochAxisProps, SeriesKind } from './chart-types.ts';
import { MarkerMark } from './layer-swatch.tsx';
import { createPlot, linearTicks, logTicks, type Plot, type ScaleKind } from './plot-scale.ts';
import type { ElementSize } from './use-element-size.ts';

export interface EpochChartProps extends EpochAxisProps {
  /** Keep the identity while the data are the same: the lines are redrawn only when it changes. */
  readonly series: readonly ChartSeries[];
  readonly yDomain: readonly [number, number];
  readonly yScale?: ScaleKind;
  /** Ticks of y: round numbers unless given. */
  readonly yTicks?: readonly number[];
  /** For ticks, without unit: 0.75 as "75". Keep its identity. */
  readonly yFormat: (value: number) => string;
  /** For values at the cursor; `yFormat` unless given. */
  readonly valueFormat?: (value: number) => string;
  readonly unit?: string;
  readonly directLabels?: DirectLabels;
}

/** Lines over the epochs; fills the body of its `ChartFrame`. The only file that loads Recharts: import it lazily. */
export function EpochChart(props: EpochChartProps): ReactElement {
  const { series, epochs, cursorEpoch, playhead, yFormat, valueFormat = yFormat, directLabels = 'none' } = props;
  const rows = useMemo(
    () => (cursorEpoch === null ? [] : readout(series, cursorEpoch, playhead)),
    [series, cursorEpoch, playhead],
  );
  const plotOf = usePlot(props);
  const ticks = (plot: Plot): readonly number[] => yTicksOf(props, plot.bottom - plot.top);
  const rings = rows.flatMap((row) =>
    row.measured !== null && Number.isFinite(row.measured) && row.series.kind === 'measured' ? [row.measured] : [],
  );
  return (
    <ChartSurface
      axis={props}
      plotOf={plotOf}
      valueText={rows
        .map(
          (row) =>
            `${row.label} ${valueFormat(row.measured ?? row.promised ?? Number.NaN)}${row.measured === null ? ' promised' : ''}`,
        )
        .join(', ')}
      card={
        cursorEpoch === null || rows.length === 0 ? null : (
          <ChartCard epoch={cursorEpoch} unit={props.unit} rows={rows} format={valueFormat} />
        )
      }
      draw={(plot) => (
        <>
          <PlotBackdrop plot={plot} axis={props} y={{ ticks: ticks(plot), format: yFormat }} />
          <Holding plot={plot} series={series} playhead={playhead} />
          <Lines
            plot={plot}
            series={series}
            epochs={epochs}
            yDomain={props.yDomain}
            yScale={props.yScale ?? 'linear'}
          />
          <Gaps plot={plot} series={series} />
          <PlotForeground plot={plot} axis={props} rings={[...new Set(rings)]} />
          {directLabels !== 'none' && (directLabels === 'right' || playhead !== null) && (
            <SeriesLabels plot={plot} series={series} place={directLabels} playhead={playhead} />
          )}
        </>
      )}
    />
  );
}

function yTicksOf(props: EpochChartProps, heightPx: number): readonly number[] {
  if (props.yTicks) return props.yTicks;
  const [low, high] = props.yDomain;
  return props.yScale === 'log' ? logTicks(low, high) : linearTicks(low, high, heightPx > 140 ? 5 : 3);
}

const MARGINS: Readonly<Record<DirectLabels, number>> = { right: LABEL_MARGIN, playhead: PLAYHEAD_MARGIN, none: 12 };

function usePlot(props: EpochChartProps): (size: ElementSize) => Plot {
  const { epochs, yDomain, yScale = 'linear', size: chartSize = 'small', directLabels = 'none' } = props;
  return ({ width, height }) => {
    const ticks = yTicksOf(props, height);
    const longest = Math.max(0, ...ticks.map((tick) => props.yFormat(tick).length));
    const right = width > 260 ? MARGINS[directLabels] : MARGINS.none;
    const margin = { left: Math.max(38, 14 + longest * 6.5), right, top: chartSize === 'large' ? 18 : 8, bottom: 20 };
    return createPlot({ width, height, margin, epochs, yDomain, yScale });
  };
}

const ORDER: readonly SeriesKind[] = ['raw', 'context', 'promised', 'measured'];
const STROKE: Readonly<Record<SeriesKind, { readonly width: number; readonly opacity: number }>> = {
  raw: { width: 1, opacity: 0.45 },
  context: { width: 1.25, opacity: 1 },
  promised: { width: 1.25, opacity: 1 },
  measured: { width: 2, opacity: 1 },
};

interface LinesProps {
  readonly plot: Plot;
  readonly series: readonly ChartSeries[];
  readonly epochs: number;
  readonly yDomain: readonly [number, number];
  readonly yScale: ScaleKind;
}

/** The lines alone: redrawing them is the expensive part, so cursor and playhead leave them in peace. */
const Lines = memo(function Lines({ plot, series, epochs, yDomain, yScale }: LinesProps): ReactElement {
  const margin = { left: plot.left, top: plot.top, right: plot.width - plot.right, bottom: plot.height - plot.bottom };
  const clip = `inset(${margin.top - 4}px ${margin.right - 5}px ${margin.bottom - 4}px ${margin.left - 5}px)`;
  const ordered = useMemo(() => {
    const back = series.toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
    return back.map((one) => ({ one, points: [...drawnPoints(one, epochs)] }));
  }, [series, epochs]);
  return (
    <div className={styles.lines} style={{ clipPath: clip }}>
      <LineChart width={plot.width} height={plot.height} margin={margin} accessibilityLayer={false}>
        <XAxis type="number" dataKey="x" domain={[0, Math.max(1, epochs)]} hide />
        <YAxis type="number" domain={[...yDomain]} scale={yScale} hide allowDataOverflow />
        {ordered.map(({ one, points }) => (
          <Line
            key={one.id}
            data={points}
            dataKey="y"
            type={one.stepped ? 'stepAfter' : 'linear'}
            stroke={`var(${one.colorVar})`}
            strokeWidth={STROKE[one.kind].width}
            strokeOpacity={STROKE[one.kind].opacity}
            strokeDasharray={one.kind === 'promised' ? '2 3' : (one.dash ?? '')}
            strokeLinejoin="round"
            dot={one.kind === 'measured' && one.marker ? dotOf(one) : false}
            activeDot={false}
            isAnimationActive={false}
            connectNulls={false}
          />
        ))}
      </LineChart>
    </div>
  );
}, sameLines);

function sameLines(a: LinesProps, b: LinesProps): boolean {
  const samePlot = (['width', 'height', 'left', 'right', 'top', 'bottom'] as const).every(
    (key) => a.plot[key] === b.plot[key],
  );
  const sameDomain = a.yDomain[0] === b.yDomain[0] && a.yDomain[1] === b.yDomain[1] && a.yScale === b.yScale;
  return samePlot && sameDomain && a.series === b.series && a.epochs === b.epochs;
}

interface DotProps {
  readonly cx?: number;
  readonly cy?: number;
  readonly index?: number;
  readonly payload?: DrawnPoint;
}

function dotOf(series: ChartSeries): (props: DotProps) => ReactElement {
  return function Dot({ cx, cy, index, payload }: DotProps): ReactElement {
    const key = `${series.id}-${index ?? 0}`;
    if (!series.marker || cx === undefined || cy === undefined || payload?.isMarked !== true || payload.y === null)
      return <g key={key} />;
    return <MarkerMark key={key} marker={series.marker} colorVar={series.colorVar} x={cx} y={cy} />;
  };
}

interface HoldingProps {
  readonly plot: Plot;
  readonly series: readonly ChartSeries[];
  readonly playhead: number | null;
}

/** What holds since the last epoch, on to the playhead. Apart from the lines, because it grows with every step. */
function Holding({ plot, series, playhead }: HoldingProps): ReactElement {
  return (
    <svg className={styles.layer} width={plot.width} height={plot.height} aria-hidden="true">
      {series.map((one) => {
        const last = heldPoint(one, playhead);
        const y = last ? plot.y(last.y) : Number.NaN;
        if (last === null || playhead === null || !(y >= plot.top - 2 && y <= plot.bottom + 2)) return null;
        const path = `M${plot.x(last.x)} ${y}H${plot.x(playhead)}`;
        const width = STROKE.measured.width;
        return (
          <path key={one.id} d={path} stroke={`var(${one.colorVar})`} strokeWidth={width} strokeDasharray={one.dash} />
        );
      })}
    </svg>
  );
}

/** Not a number is a gap with a note. */
function Gaps({ plot, series }: { readonly plot: Plot; readonly series: readonly ChartSeries[] }): ReactElement | null {
  const gaps = [
    ...new Set(
      series
        .filter((one) => one.kind === 'measured')
        .flatMap((one) => one.points.filter((point) => !Number.isFinite(point.y)).map((point) => point.x)),
    ),
  ];
  if (gaps.length === 0) return null;
  return (
    <svg className={styles.layer} width={plot.width} height={plot.height} aria-hidden="true">
      {gaps.map((x) => (
        <text key={x} x={plot.x(x)} y={plot.bottom - 5} textAnchor="middle">
          NaN
        </text>
      ))}
    </svg>
  );
}
