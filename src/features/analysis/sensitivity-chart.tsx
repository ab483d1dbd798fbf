import { type KeyboardEvent, type PointerEvent, type ReactElement, useMemo, useState } from 'react';
import type { ParameterSpec } from '../../core/network.ts';
import type { AnalysisResult } from '../../protocol/analysis.ts';
import { LABEL_MARGIN, SeriesLabels } from '../../ui/chart-labels.tsx';
import type { ChartSeries } from '../../ui/chart-types.ts';
import { MarkerMark } from '../../ui/layer-swatch.tsx';
import { createPlot, linearTicks, type Plot } from '../../ui/plot-scale.ts';
import { type ElementSize, useElementSize } from '../../ui/use-element-size.ts';
import { percent } from './analysis-text.ts';
import styles from './sensitivity-chart.module.css';
import { accuracyDomain, nearestLevel, sensitivityLines } from './sensitivity-lines.ts';

export interface SensitivityChartProps {
  readonly result: Extract<AnalysisResult, { kind: 'sensitivity' }>;
  readonly kernels: readonly ParameterSpec[];
}

/** Accuracy over sparsity; the line of the unpruned model behind. Pointer and arrows read one level off. */
export function SensitivityChart({ result, kernels }: SensitivityChartProps): ReactElement {
  const [ref, size] = useElementSize<HTMLDivElement>();
  const [level, setLevel] = useState<number | null>(null);
  const lines = useMemo(() => sensitivityLines(result, kernels), [result, kernels]);
  const plot = size === null ? null : plotOf(size, accuracyDomain(result));
  const last = (result.results[0]?.points.length ?? 0) - 1;
  const follow = (event: PointerEvent<HTMLDivElement>): void => {
    if (plot === null) return;
    const px = event.clientX - event.currentTarget.getBoundingClientRect().left;
    setLevel(nearestLevel(result, (px - plot.left) / (plot.right - plot.left)));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = levelAfterKey(event.key, level, last);
    if (next === undefined) return;
    event.preventDefault();
    setLevel(next);
  };
  const at = level === null ? undefined : result.results[0]?.points[level];
  return (
    <div
      ref={ref}
      className={styles.plot}
      role="slider"
      tabIndex={0}
      aria-label="Level, read by arrow keys"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round((at?.level ?? 0) * 100)}
      aria-valuetext={level === null ? 'no level chosen' : readingText(result, lines, level)}
      onPointerMove={follow}
      onPointerDown={follow}
      onPointerLeave={() => setLevel(null)}
      onBlur={() => setLevel(null)}
      onKeyDown={onKeyDown}
    >
      {plot && (
        <>
          <Drawing plot={plot} lines={lines} unpruned={result.unpruned.top1} level={level} />
          <SeriesLabels plot={plot} series={lines} place="right" playhead={null} />
          {level !== null && <Card plot={plot} lines={lines} level={level} title={percent(at?.level ?? 0, 0)} />}
        </>
      )}
    </div>
  );
}

function plotOf(size: ElementSize, yDomain: readonly [number, number]): Plot {
  const right = size.width > 300 ? LABEL_MARGIN : 12;
  return createPlot({ ...size, margin: { left: 36, right, top: 8, bottom: 32 }, epochs: 1, yDomain, yScale: 'linear' });
}

/** @returns The level that an arrow leads to, null to free it, undefined when the key is not the chart's. */
function levelAfterKey(key: string, level: number | null, last: number): number | null | undefined {
  if (key === 'ArrowRight' || key === 'ArrowUp') return Math.min(last, (level ?? -1) + 1);
  if (key === 'ArrowLeft' || key === 'ArrowDown') return Math.max(0, (level ?? last + 1) - 1);
  if (key === 'Home') return 0;
  if (key === 'End') return last;
  return key === 'Escape' ? null : undefined;
}

function readingText(
  { results }: SensitivityChartProps['result'],
  lines: readonly ChartSeries[],
  level: number,
): string {
  const words = results.map(({ points }, index) => `${lines[index]?.label} ${percent(points[level]?.top1 ?? NaN)}`);
  return `${percent(results[0]?.points[level]?.level ?? 0, 0)}: ${words.join(', ')}`;
}

interface DrawingProps {
  readonly plot: Plot;
  readonly lines: readonly ChartSeries[];
  readonly unpruned: number;
  readonly level: number | null;
}

function Drawing({ plot, lines, unpruned, level }: DrawingProps): ReactElement {
  return (
    <svg className={styles.layer} width={plot.width} height={plot.height} aria-hidden="true">
      <Graticule plot={plot} />
      <path d={`M${plot.left} ${plot.y(unpruned)}H${plot.right}`} stroke="var(--ink-3)" strokeWidth="1.25" />
      {lines.map((line) => (
        <g key={line.id}>
          <path
            d={pathOf(plot, line)}
            fill="none"
            stroke={`var(${line.colorVar})`}
            strokeWidth="2"
            strokeDasharray={line.dash}
            strokeLinejoin="round"
          />
          {line.marker &&
            line.points.map(({ x, y }, index) => (
              <g key={index}>
                <MarkerMark
                  marker={line.marker ?? { shape: 'circle', hollow: false }}
                  colorVar={line.colorVar}
                  x={plot.x(x)}
                  y={plot.y(y)}
                />
                {index === level && (
                  <circle cx={plot.x(x)} cy={plot.y(y)} r="5" fill="none" stroke="var(--ink)" strokeWidth="1.25" />
                )}
              </g>
            ))}
        </g>
      ))}
    </svg>
  );
}

function pathOf(plot: Plot, { points }: ChartSeries): string {
  const shown = points.filter(({ y }) => Number.isFinite(y));
  return shown.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${plot.x(x)} ${plot.y(y)}`).join('');
}

function Graticule({ plot }: { readonly plot: Plot }): ReactElement {
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
      {[0, 0.2, 0.4, 0.6, 0.8, 1].map((tick) => (
        <g key={tick}>
          <path d={`M${plot.x(tick)} ${plot.top}V${plot.bottom + 4}`} stroke="var(--grid)" />
          <text x={plot.x(tick)} y={plot.bottom + 15} textAnchor="middle">
            {Math.round(tick * 100)}
          </text>
        </g>
      ))}
      <path d={`M${plot.left} ${plot.bottom + 0.5}H${plot.right}`} stroke="var(--line-strong)" />
      <text x={plot.right} y={plot.bottom + 28} textAnchor="end">
        sparsity of the one layer, %
      </text>
    </>
  );
}

/** The value at a height of a linear plot. */
function valueAt(plot: Plot, px: number): number {
  const perUnit = plot.y(0) - plot.y(1);
  return (plot.y(0) - px) / perUnit;
}

interface CardProps {
  readonly plot: Plot;
  readonly lines: readonly ChartSeries[];
  readonly level: number;
  readonly title: string;
}

function Card({ plot, lines, level, title }: CardProps): ReactElement {
  const x = plot.x(lines[0]?.points[level]?.x ?? 0);
  const isLeft = x > (plot.left + plot.right) / 2;
  const style = isLeft ? { right: plot.width - x + 12, top: plot.top } : { left: x + 12, top: plot.top };
  return (
    <div className={styles.card} style={style}>
      <b>{title} pruned</b>
      {lines.map((line) => (
        <span key={line.id}>
          {line.label} <b>{percent(line.points[level]?.y ?? NaN)}</b>
        </span>
      ))}
    </div>
  );
}
