import { lazy, type ReactElement, Suspense, useMemo } from 'react';
import type { ChartEvent } from '../../ui/chart-types.ts';
import { Panel, PanelHead } from '../../ui/panel.tsx';
import { SkeletonLines } from '../../ui/skeleton.tsx';
import type { ChartAxis } from './chart-axis.ts';
import { bitLanes, type ChartInput, epochCount, playheadOf } from './chart-series.ts';
import styles from './charts-panel.module.css';
import { type FigureModel, figures } from './figures.ts';

const LineFigure = lazy(async () => ({ default: (await import('./line-figure.tsx')).LineFigure }));
const BitsFigure = lazy(async () => ({ default: (await import('./bits-figure.tsx')).BitsFigure }));

export interface ChartsPanelProps extends ChartInput {
  readonly cursorEpoch: number | null;
  readonly onCursorChange: (epoch: number | null) => void;
  readonly pinned: boolean;
  readonly onPinnedChange: (pinned: boolean) => void;
  readonly events: readonly ChartEvent[];
  readonly onEventSelect: (event: ChartEvent) => void;
}

/** Six figures on one clock: what the schedule promises, thin and dotted, under what is measured. */
export function ChartsPanel(props: ChartsPanelProps): ReactElement {
  const { run, preflight, parameters, cursorEpoch, onCursorChange, pinned, onPinnedChange, events, onEventSelect } =
    props;
  const models = useMemo(() => figures({ run, preflight, parameters }), [run, preflight, parameters]);
  const lanes = useMemo(() => bitLanes({ run, preflight, parameters }), [run, preflight, parameters]);
  const axis: ChartAxis = {
    epochs: epochCount(props),
    playhead: playheadOf(run),
    cursorEpoch,
    onCursorChange,
    pinned,
    onPinnedChange,
    events,
    onEventSelect,
    fileName: run === null ? 'promise' : `run-${run.number}`,
  };
  const line = (model: FigureModel): ReactElement => (
    <div key={model.label} className={styles.figure} data-size={model.size}>
      <Suspense fallback={<SkeletonLines label={`Loading the ${model.label} chart`} />}>
        <LineFigure model={model} axis={axis} />
      </Suspense>
    </div>
  );
  return (
    <Panel label="Charts">
      <PanelHead title="Charts" tools={<CursorFact cursorEpoch={cursorEpoch} pinned={pinned} />}>
        <Legend />
      </PanelHead>
      <div className={styles.grid}>
        {[models.accuracy, models.sparsity, models.loss].map(line)}
        <div className={styles.figure} data-size="small">
          <Suspense fallback={<SkeletonLines label="Loading the Bit-widths chart" />}>
            <BitsFigure lanes={lanes} axis={axis} />
          </Suspense>
        </div>
        {[models.learningRate, models.size].map(line)}
      </div>
    </Panel>
  );
}

function Legend(): ReactElement {
  return (
    <span className={styles.legend} aria-hidden="true">
      <svg width="22" height="8">
        <path d="M0 4h22" stroke="var(--ink)" strokeWidth="2" />
      </svg>
      measured
      <svg width="22" height="8">
        <path d="M0 4h22" stroke="var(--ink-2)" strokeWidth="1.25" strokeDasharray="2 3" />
      </svg>
      promised
    </span>
  );
}

function CursorFact({
  cursorEpoch,
  pinned,
}: {
  readonly cursorEpoch: number | null;
  readonly pinned: boolean;
}): ReactElement {
  if (cursorEpoch === null) return <span className={styles.fact}>values now</span>;
  return (
    <span className={styles.fact}>
      values at epoch {cursorEpoch}
      {pinned ? ', pinned' : ''}
    </span>
  );
}
