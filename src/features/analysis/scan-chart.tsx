import { type KeyboardEvent, type PointerEvent, type ReactElement, useId, useState } from 'react';
import { LABEL_MARGIN, SeriesLabels } from '../../ui/chart-labels.tsx';
import type { ChartSeries } from '../../ui/chart-types.ts';
import { MarkerMark } from '../../ui/layer-swatch.tsx';
import { createPlot, linearTicks, type Plot } from '../../ui/plot-scale.ts';
import { type ElementSize, useElementSize } from '../../ui/use-element-size.ts';
import { percent } from './analysis-text.ts';
import { BudgetLine } from './budget-line.tsx';
import styles from './scan-chart.module.css';
import { nearestColumn, type ScanBudget, type ScanColumn, valueAt } from './scan-plot.ts';

export interface ScanChartProps {
  /** Accessible name of the reading. */
  readonly label: string;
  readonly lines: readonly ChartSeries[];
  readonly columns: readonly ScanColumn[];
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
  /** Words and unit under the axis. */
  readonly xLabel: string;
  /** Accuracy of the model as it is. */
  readonly untouched: number;
  readonly domain: readonly [number, number];
  readonly budget: ScanBudget;
}

/**
 * Accuracy over what each layer alone gives up; the line of the untouched model behind, the accuracy budget across, which is
 * dragged or moved by keys. Pointer and arrows read one column off.
 */
export function ScanChart(props: ScanChartProps): ReactElement {
  const { label, lines, columns, untouched, domain, budget } = props;
  const [ref, size] = useElementSize<HTMLDivElement>();
  const [column, setColumn] = useState<number | null>(null);
  const plot = size === null ? null : plotOf(size, domain);
  const follow = (event: PointerEvent<HTMLDivElement>): void => {
    if (plot === null) return;
    const px = event.clientX - event.currentTarget.getBoundingClientRect().left;
    setColumn(nearestColumn(columns, (px - plot.left) / (plot.right - plot.left)));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = columnAfterKey(event.key, column, columns.length - 1);
    if (next === undefined) return;
    event.preventDefault();
    setColumn(next);
  };
  return (
    <div
      ref={ref}
      className={styles.plot}
      onPointerMove={follow}
      onPointerDown={follow}
      onPointerLeave={() => setColumn(null)}
    >
      {plot && (
        <>
          <Drawing {...props} plot={plot} column={column} />
          <SeriesLabels plot={plot} series={lines} place="right" playhead={null} />
        </>
      )}
      <div
        className={styles.reading}
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={1}
        aria-valuemax={columns.length}
        aria-valuenow={(column ?? 0) + 1}
        aria-valuetext={column === null ? 'nothing chosen' : readingText(columns, lines, column)}
        onBlur={() => setColumn(null)}
        onKeyDown={onKeyDown}
      />
      {plot && <BudgetLine plot={plot} untouched={untouched} lowest={domain[0]} budget={budget} />}
      {plot && column !== null && <Card plot={plot} lines={lines} columns={columns} column={column} />}
    </div>
  );
}

function plotOf(size: ElementSize, yDomain: readonly [number, number]): Plot {
  const right = size.width > 300 ? LABEL_MARGIN : 12;
  return createPlot({ ...size, margin: { left: 36, right, top: 8, bottom: 32 }, epochs: 1, yDomain, yScale: 'linear' });
}

/** @returns The column that an arrow leads to, null to free it, undefined when the key is not the chart's. */
function columnAfterKey(key: string, column: number | null, last: number): number | null | undefined {
  if (key === 'ArrowRight' || key === 'ArrowUp') return Math.min(last, (column ?? -1) + 1);
  if (key === 'ArrowLeft' || key === 'ArrowDown') return Math.max(0, (column ?? last + 1) - 1);
  if (key === 'Home') return 0;
  if (key === 'End') return last;
  return key === 'Escape' ? null : undefined;
}

function readingText(columns: readonly ScanColumn[], lines: readonly ChartSeries[], column: number): string {
  const words = lines.map(({ label, points }) => `${label} ${percent(points[column]?.y ?? NaN)}`);
  return `${columns[column]?.title ?? ''}: ${words.join(', ')}`;
}

interface DrawingProps extends ScanChartProps {
  readonly plot: Plot;
  readonly column: number | null;
}

function Drawing({ plot, lines, untouched, column, ticks, xLabel, budget }: DrawingProps): ReactElement {
  const clip = useId();
  return (
    <svg className={styles.layer} width={plot.width} height={plot.height} aria-hidden="true">
      <clipPath id={clip}>
        <rect x={0} y={0} width={plot.width} height={plot.bottom + 1} />
      </clipPath>
      <Graticule plot={plot} ticks={ticks} xLabel={xLabel} />
      <path d={`M${plot.left} ${plot.y(untouched)}H${plot.right}`} stroke="var(--ink-3)" strokeWidth="1.25" />
      <g clipPath={`url(#${clip})`}>
        {lines.map((line) => (
          <Line key={line.id} plot={plot} line={line} column={column} />
        ))}
      </g>
      {lines.map((line) => {
        const at = budget.places.get(line.id);
        if (at === undefined) return null;
        const y = Math.min(plot.bottom, plot.y(Math.max(heightAt(line, at, untouched), untouched - budget.fall / 100)));
        return (
          <path
            key={line.id}
            d={`M${plot.x(at)} ${y - 5}V${y + 9}M${plot.x(at) - 4} ${y + 5}l4 4l4 -4`}
            fill="none"
            stroke={`var(${line.colorVar})`}
            strokeWidth="2"
          />
        );
      })}
    </svg>
  );
}

/** Accuracy of a line at a place, between what was measured beside it. */
function heightAt({ points }: ChartSeries, at: number, untouched: number): number {
  const after = points.find(({ x }) => x >= at - 1e-9);
  const before = points.findLast(({ x }) => x < at - 1e-9) ?? { x: 0, y: untouched };
  if (!after) return points.at(-1)?.y ?? untouched;
  if (after.x === before.x) return after.y;
  return before.y + ((after.y - before.y) * (at - before.x)) / (after.x - before.x);
}

interface LineProps {
  readonly plot: Plot;
  readonly line: ChartSeries;
  readonly column: number | null;
}

function Line({ plot, line, column }: LineProps): ReactElement {
  const { colorVar, marker } = line;
  return (
    <>
      <path
        d={pathOf(plot, line)}
        fill="none"
        stroke={`var(${colorVar})`}
        strokeWidth="2"
        strokeDasharray={line.dash}
        strokeLinejoin="round"
      />
      {marker &&
        line.points.map(({ x, y }, index) => (
          <g key={index}>
            <MarkerMark marker={marker} colorVar={colorVar} x={plot.x(x)} y={plot.y(y)} />
            {index === column && (
              <circle cx={plot.x(x)} cy={plot.y(y)} r="5" fill="none" stroke="var(--ink)" strokeWidth="1.25" />
            )}
          </g>
        ))}
    </>
  );
}

function pathOf(plot: Plot, { points }: ChartSeries): string {
  const shown = points.filter(({ y }) => Number.isFinite(y));
  return shown.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${plot.x(x)} ${plot.y(y)}`).join('');
}

interface GraticuleProps extends Pick<ScanChartProps, 'ticks' | 'xLabel'> {
  readonly plot: Plot;
}

function Graticule({ plot, ticks, xLabel }: GraticuleProps): ReactElement {
  const [low, high] = [valueAt(plot, plot.bottom), valueAt(plot, plot.top)];
  const rows = linearTicks(low, high, Math.max(2, (plot.bottom - plot.top) / 28));
  return (
    <>
      {rows.map((tick) => (
        <g key={tick}>
          <path d={`M${plot.left} ${plot.y(tick)}H${plot.right}`} stroke="var(--grid)" />
          <text x={plot.left - 6} y={plot.y(tick) + 3.5} textAnchor="end">
            {Number((tick * 100).toFixed(1))}
          </text>
        </g>
      ))}
      {ticks.map(({ at, text }) => (
        <g key={text}>
          <path d={`M${plot.x(at)} ${plot.top}V${plot.bottom + 4}`} stroke="var(--grid)" />
          <text x={plot.x(at)} y={plot.bottom + 15} textAnchor="middle">
            {text}
          </text>
        </g>
      ))}
      <path d={`M${plot.left} ${plot.bottom + 0.5}H${plot.right}`} stroke="var(--line-strong)" />
      <text x={plot.right} y={plot.bottom + 28} textAnchor="end">
        {xLabel}
      </text>
    </>
  );
}

interface CardProps {
  readonly plot: Plot;
  readonly lines: readonly ChartSeries[];
  readonly columns: readonly ScanColumn[];
  readonly column: number;
}

function Card({ plot, lines, columns, column }: CardProps): ReactElement {
  const x = plot.x(columns[column]?.at ?? 0);
  const isLeft = x > (plot.left + plot.right) / 2;
  const style = isLeft ? { right: plot.width - x + 12, top: plot.top } : { left: x + 12, top: plot.top };
  return (
    <div className={styles.card} style={style}>
      <b>{columns[column]?.title}</b>
      {lines.map((line) => (
        <span key={line.id}>
          {line.label} <b>{percent(line.points[column]?.y ?? NaN)}</b>
        </span>
      ))}
    </div>
  );
}
