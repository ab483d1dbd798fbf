import { type ReactElement, useMemo } from 'react';
import { ChartFrame } from '../../ui/chart-frame.tsx';
import { Combobox } from '../../ui/combobox.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { XyChart } from '../../ui/xy-chart.tsx';
import { paddedDomain, scaleFor } from '../../ui/xy-plot.ts';
import {
  type Cost,
  costWords,
  frontLine,
  paretoMarks,
  paretoPoints,
  paretoSummary,
  paretoTable,
} from './pareto-points.ts';
import styles from './pareto-tab.module.css';
import type { RunRow } from './run-rows.ts';
import { keptState } from '../../ui/kept-state.ts';

const useCost = keptState<Cost>('size');

export interface ParetoTabProps {
  readonly rows: readonly RunRow[];
  readonly shown: string | null;
  readonly onShow: (id: string) => void;
}

const costs = Object.keys(costWords) as readonly Cost[];
const percentTick = (value: number): string => String(Number(value.toPrecision(3)));

/** Accuracy against what it costs: which runs no other beats in both. */
export function ParetoTab({ rows, shown, onShow }: ParetoTabProps): ReactElement {
  const [cost, setCost] = useCost();
  const points = useMemo(() => paretoPoints(rows, cost), [rows, cost]);
  const marks = useMemo(() => paretoMarks(points, cost, shown), [points, cost, shown]);
  const lines = useMemo(() => [frontLine(points)], [points]);
  const values = points.map((point) => point.cost);
  const scale = cost === 'bits' ? 'linear' : scaleFor(values);
  const words = costWords[cost];
  return (
    <div className={styles.tab}>
      <div className={styles.side}>
        <Combobox
          label="Cost"
          value={cost}
          onChange={setCost}
          options={costs.map((value) => ({ value, label: costWords[value].label }))}
        />
        <p>
          The line joins runs that no other run beats in both accuracy and cost. Hollow runs are beaten. Enter or a
          press shows a run.
        </p>
      </div>
      {points.length === 0 ? (
        <EmptyState title="No run has been measured yet">Press Train; each run becomes a point.</EmptyState>
      ) : (
        <ChartFrame
          label="Pareto"
          unit={`accuracy, % over ${words.axis}`}
          summary={paretoSummary(points)}
          table={() => paretoTable(points, cost)}
          fileName="runs"
        >
          <XyChart
            label="Runs by cost, read by arrow keys"
            xLabel={words.axis}
            marks={marks}
            lines={lines}
            xDomain={paddedDomain(values, scale)}
            xScale={scale}
            yDomain={paddedDomain(
              points.map(({ accuracy }) => accuracy),
              'linear',
            )}
            xFormat={words.tick}
            yFormat={percentTick}
            onSelect={onShow}
          />
        </ChartFrame>
      )}
    </div>
  );
}
