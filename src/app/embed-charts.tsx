import { lazy, type ReactElement, Suspense, useMemo, useState } from 'react';
import { epochCount, playheadOf } from '../features/metrics/chart-series.ts';
import { figures } from '../features/metrics/figures.ts';
import type { Run } from '../runs/run.ts';
import { SkeletonLines } from '../ui/skeleton.tsx';
import { chartEvents } from './chart-events.ts';
import styles from './embed-page.module.css';
import type { Experiment } from './experiment.ts';

const LineFigure = lazy(async () => ({ default: (await import('../features/metrics/line-figure.tsx')).LineFigure }));

interface EmbedChartsProps {
  readonly run: Run | null;
  readonly experiment: Experiment;
  readonly hidesPromise: boolean;
}

/** Accuracy and sparsity, promised and measured, with one cursor. */
export function EmbedCharts({ run, experiment, hidesPromise }: EmbedChartsProps): ReactElement {
  const { promise } = experiment;
  const [cursorEpoch, setCursor] = useState<number | null>(null);
  const [isPinned, setPinned] = useState(false);
  const parameters = run !== null && run.parameters.length > 0 ? run.parameters : experiment.parameters;
  const input = useMemo(
    () => ({ run, preflight: hidesPromise ? null : promise, parameters }),
    [run, promise, hidesPromise, parameters],
  );
  const models = useMemo(() => figures(input), [input]);
  const events = useMemo(() => chartEvents(promise), [promise]);
  const axis = {
    epochs: epochCount({ ...input, preflight: promise }),
    playhead: playheadOf(run),
    cursorEpoch,
    onCursorChange: setCursor,
    pinned: isPinned,
    onPinnedChange: setPinned,
    events,
    onEventSelect: () => undefined,
    fileName: run === null ? 'promise' : `run-${run.number}`,
  };
  return (
    <section aria-label="Charts" className={styles.charts}>
      <h2 className="visually-hidden">Charts</h2>
      {[models.accuracy, models.sparsity].map((model) => (
        <Suspense key={model.label} fallback={<SkeletonLines label={`Loading the ${model.label} chart`} />}>
          <LineFigure model={model} axis={axis} />
        </Suspense>
      ))}
    </section>
  );
}
