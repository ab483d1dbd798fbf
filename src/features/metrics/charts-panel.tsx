import { memo, type ReactElement, useEffect, useMemo, useState } from 'react';
import type { ChartEvent } from '../../ui/chart-types.ts';
import { Panel, PanelHead } from '../../ui/panel.tsx';
import { SkeletonLines } from '../../ui/skeleton.tsx';
import { useInTurn } from '../../ui/use-in-turn.ts';
import type { BitsFigure } from './bits-figure.tsx';
import type { ChartAxis } from './chart-axis.ts';
import { type BitLane, bitLanes, type ChartInput, epochCount, playheadOf } from './chart-series.ts';
import styles from './charts-panel.module.css';
import type { LineFigure } from './line-figure.tsx';
import { type FigureModel, type FigureModels, figures } from './figures.ts';
import { keepUnchanged } from './keep-unchanged.ts';

/** What draws the figures; it brings Recharts along and comes after the first screen. */
interface Drawing {
  readonly LineFigure: typeof LineFigure;
  readonly BitsFigure: typeof BitsFigure;
}

export interface ChartsPanelProps extends ChartInput {
  /** How many epochs the charts have room for; absent: as many as are promised or measured. */
  readonly epochs?: number | undefined;
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
  const models = useKept(useMemo(() => figures({ run, preflight, parameters }), [run, preflight, parameters]));
  const lanes = useMemo(() => bitLanes({ run, preflight, parameters }), [run, preflight, parameters]);
  const drawing = useDrawing();
  const playhead = playheadOf(run);
  const epochs = props.epochs ?? epochCount(props);
  const fileName = run === null ? 'promise' : `run-${run.number}`;
  const axis = useMemo(
    () => ({ epochs, cursorEpoch, onCursorChange, pinned, onPinnedChange, events, onEventSelect, fileName }),
    [epochs, cursorEpoch, onCursorChange, pinned, onPinnedChange, events, onEventSelect, fileName],
  );
  const line = (model: FigureModel): ReactElement => (
    <LinesInTurn key={model.label} model={model} axis={axis} playhead={playhead} drawing={drawing} />
  );
  return (
    <Panel label="Charts">
      <PanelHead
        title="Charts"
        tools={
          <CursorFact cursorEpoch={cursorEpoch} pinned={pinned} isMeasured={run !== null && run.epochs.length > 0} />
        }
      >
        <Legend />
      </PanelHead>
      <div className={styles.grid}>
        {[models.accuracy, models.sparsity, models.loss].map(line)}
        <BitsInTurn lanes={lanes} axis={axis} playhead={playhead} drawing={drawing} />
        {[models.learningRate, models.size].map(line)}
      </div>
    </Panel>
  );
}

type FixedAxis = Omit<ChartAxis, 'playhead'>;

interface InTurnProps {
  readonly axis: FixedAxis;
  readonly playhead: number | null;
  /** null until it is loaded. */
  readonly drawing: Drawing | null;
}

/** A chart that follows the run when its turn comes, and the cursor at once. */
const LinesInTurn = memo(function LinesInTurn({
  model,
  axis,
  playhead,
  drawing,
}: InTurnProps & { readonly model: FigureModel }): ReactElement {
  const shown = useInTurn(useMemo(() => drawing && { ...drawing, model, playhead }, [drawing, model, playhead]));
  return (
    <div className={styles.figure} data-size={model.size}>
      {shown === null ? (
        <SkeletonLines label={`Loading the ${model.label} chart`} />
      ) : (
        <shown.LineFigure model={shown.model} axis={{ ...axis, playhead: shown.playhead }} />
      )}
    </div>
  );
});

const BitsInTurn = memo(function BitsInTurn({
  lanes,
  axis,
  playhead,
  drawing,
}: InTurnProps & { readonly lanes: readonly BitLane[] }): ReactElement {
  const shown = useInTurn(useMemo(() => drawing && { ...drawing, lanes, playhead }, [drawing, lanes, playhead]));
  return (
    <div className={styles.figure} data-size="small">
      {shown === null ? (
        <SkeletonLines label="Loading the Bit-widths chart" />
      ) : (
        <shown.BitsFigure lanes={shown.lanes} axis={{ ...axis, playhead: shown.playhead }} />
      )}
    </div>
  );
});

/** Not `lazy`: all figures would appear in one long task when the file has come. */
function useDrawing(): Drawing | null {
  const [drawing, setDrawing] = useState<Drawing | null>(null);
  useEffect(() => {
    let isGone = false;
    Promise.all([import('./line-figure.tsx'), import('./bits-figure.tsx')]).then(
      ([{ LineFigure }, { BitsFigure }]) => isGone || setDrawing({ LineFigure, BitsFigure }),
      (error: unknown) =>
        isGone ||
        setDrawing(() => {
          throw error;
        }),
    );
    return () => {
      isGone = true;
    };
  }, []);
  return drawing;
}

/** The figures, with what did not change since the last time kept as it was. */
function useKept(models: FigureModels): FigureModels {
  const [before, keep] = useState(models);
  const kept = useMemo(() => keepUnchanged(before, models), [before, models]);
  if (kept !== before) keep(kept);
  return kept;
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
  isMeasured,
}: {
  readonly cursorEpoch: number | null;
  readonly pinned: boolean;
  readonly isMeasured: boolean;
}): ReactElement {
  if (cursorEpoch === null)
    return <span className={styles.fact}>{isMeasured ? 'values now' : 'promised at the end'}</span>;
  return (
    <span className={styles.fact}>
      <span className={styles.wide}>values at </span>epoch {cursorEpoch}
      {pinned ? ', pinned' : ''}
    </span>
  );
}
