import { lazy, type ReactElement, Suspense, useMemo } from 'react';
import type { Run } from '../../runs/run.ts';
import { Button } from '../../ui/button.tsx';
import type { ChartTable } from '../../ui/chart-frame.tsx';
import { ChartFrame } from '../../ui/chart-frame.tsx';
import type { ChartSeries } from '../../ui/chart-types.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { MarkerMark } from '../../ui/layer-swatch.tsx';
import { SkeletonLines } from '../../ui/skeleton.tsx';
import { Table } from '../../ui/table.tsx';
import {
  type OverlaidRun,
  overlaidRuns,
  overlayDomain,
  type OverlayMetric,
  overlayMetrics,
  overlaySeries,
  overlayValue,
} from './overlay-series.ts';
import styles from './overlay-tab.module.css';
import { SortHead } from './sort-head.tsx';
import { keptState } from '../../ui/kept-state.ts';

const useSorting = keptState<ValueSorting>({ column: 0, direction: 'descending' });

const EpochChart = lazy(async () => ({ default: (await import('../../ui/epoch-chart.tsx')).EpochChart }));

/** The one cursor of the page. */
export interface SharedCursor {
  readonly epoch: number | null;
  readonly onChange: (epoch: number | null) => void;
  readonly isPinned: boolean;
  readonly onPinnedChange: (isPinned: boolean) => void;
}

export interface OverlayTabProps {
  /** By number. Runs that have not changed keep their identity. */
  readonly runs: readonly Run[];
  readonly nameOf: (id: string) => string;
  readonly cursor: SharedCursor;
}

interface Figure {
  readonly metric: OverlayMetric;
  readonly series: readonly ChartSeries[];
}

/** Chosen runs in the same charts, with one cursor, and what it reads as a table. */
export function OverlayTab({ runs, nameOf, cursor }: OverlayTabProps): ReactElement {
  const shown = useMemo(() => overlaidRuns(runs, nameOf), [runs, nameOf]);
  const figures = useMemo(
    () => overlayMetrics.map((metric): Figure => ({ metric, series: overlaySeries(shown, metric) })),
    [shown],
  );
  const epochs = Math.max(1, ...runs.map(({ epochCount }) => epochCount));
  if (runs.length === 0) {
    return <EmptyState title="No run is chosen">Tick runs in the column “overlay” of the table.</EmptyState>;
  }
  return (
    <div className={styles.tab}>
      <div className={styles.figures}>
        {figures.map((figure) => (
          <OverlayFigure key={figure.metric.id} figure={figure} epochs={epochs} cursor={cursor} />
        ))}
      </div>
      <ValueTable shown={shown} figures={figures} cursor={cursor} />
    </div>
  );
}

interface OverlayFigureProps {
  readonly figure: Figure;
  readonly epochs: number;
  readonly cursor: SharedCursor;
}

function OverlayFigure({ figure: { metric, series }, epochs, cursor }: OverlayFigureProps): ReactElement {
  const { label, unit, scale, format } = metric;
  const domain = useMemo(() => overlayDomain(series, metric), [series, metric]);
  return (
    <ChartFrame
      label={label}
      {...(unit === undefined ? {} : { unit })}
      summary={summaryOf({ metric, series })}
      table={() => overlayTable({ metric, series }, epochs)}
      cursorEpoch={cursor.epoch}
      fileName="runs"
    >
      <Suspense fallback={<SkeletonLines label={`Loading the chart ${label}`} />}>
        <EpochChart
          label={`${label} by epoch`}
          epochs={epochs}
          cursorEpoch={cursor.epoch}
          onCursorChange={cursor.onChange}
          pinned={cursor.isPinned}
          onPinnedChange={cursor.onPinnedChange}
          playhead={null}
          series={series}
          yDomain={domain}
          yScale={scale}
          yFormat={shortNumber}
          valueFormat={format}
          {...(unit === undefined ? {} : { unit })}
        />
      </Suspense>
    </ChartFrame>
  );
}

const shortNumber = (value: number): string => String(Number(value.toPrecision(3)));

function summaryOf({ metric, series }: Figure): string {
  const words = series.map((one) => `run ${one.label}: ${cellText(overlayValue(one, null), metric)}`);
  return `At the end, ${words.join('; ')}.`;
}

function cellText(value: number | null, { format, unit }: OverlayMetric): string {
  if (value === null) return '–';
  return unit === undefined ? format(value) : `${format(value)} ${unit}`;
}

function overlayTable({ metric, series }: Figure, epochs: number): ChartTable {
  return {
    columns: [{ id: 'epoch', label: 'epoch' }, ...series.map(({ id, label }) => ({ id, label: `run ${label}` }))],
    rows: Array.from({ length: epochs }, (_, index) => ({
      id: String(index + 1),
      epoch: index + 1,
      cells: [
        String(index + 1),
        ...series.map((one) => {
          const value = overlayValue(one, index + 1);
          return value === null ? '–' : metric.format(value);
        }),
      ],
    })),
  };
}

interface ValueTableProps {
  readonly shown: readonly OverlaidRun[];
  readonly figures: readonly Figure[];
  readonly cursor: SharedCursor;
}

interface ValueSorting {
  /** Position of the figure. */
  readonly column: number;
  readonly direction: 'ascending' | 'descending';
}

function turned(sorting: ValueSorting, column: number): ValueSorting {
  const isTurn = sorting.column === column && sorting.direction === 'descending';
  return { column, direction: isTurn ? 'ascending' : 'descending' };
}

/** What each run has at the cursor, or at its end. */
function ValueTable({ shown, figures, cursor }: ValueTableProps): ReactElement {
  const [sorting, setSorting] = useSorting();
  const values = shown.map((one, index) => ({
    ...one,
    values: figures.map(({ series }) => {
      const line = series[index];
      return line === undefined ? null : overlayValue(line, cursor.epoch);
    }),
  }));
  const sign = sorting.direction === 'ascending' ? 1 : -1;
  const rows = values.toSorted((a, b) => {
    const [one, other] = [a.values[sorting.column] ?? null, b.values[sorting.column] ?? null];
    return one === null || other === null ? Number(one === null) - Number(other === null) : sign * (one - other);
  });
  return (
    <div className={styles.values}>
      <p className={styles.when}>
        {cursor.epoch === null ? 'Values at the end of each run' : `Values after epoch ${cursor.epoch}`}
        <Button
          size="small"
          variant="quiet"
          aria-pressed={cursor.isPinned}
          disabledReason={cursor.epoch === null ? 'Point at an epoch in a chart first.' : undefined}
          onClick={() => cursor.onPinnedChange(!cursor.isPinned)}
        >
          {cursor.isPinned ? 'Free the cursor' : 'Pin the cursor'}
        </Button>
      </p>
      <Table label="Values of runs">
        <thead>
          <tr>
            <th scope="col">run</th>
            {figures.map(({ metric }, column) => (
              <SortHead
                key={metric.id}
                isNumber
                direction={sorting.column === column ? sorting.direction : null}
                onSort={() => setSorting(turned(sorting, column))}
              >
                {metric.id}
              </SortHead>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ run, label, style, values: cells }) => (
            <tr key={run.id}>
              <th scope="row">
                <RunKey style={style} /> {label}
              </th>
              {figures.map(({ metric }, column) => (
                <td key={metric.id} data-num>
                  {cellText(cells[column] ?? null, metric)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </Table>
    </div>
  );
}

function RunKey({ style: { colorVar, marker, dash } }: Pick<OverlaidRun, 'style'>): ReactElement {
  return (
    <svg className={styles.key} width="22" height="10" aria-hidden="true">
      <path d="M0 5H22" stroke={`var(${colorVar})`} strokeWidth="2" strokeDasharray={dash} />
      <MarkerMark marker={marker} colorVar={colorVar} x={11} y={5} />
    </svg>
  );
}
