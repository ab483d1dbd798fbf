import { memo, type ReactElement, useEffect, useMemo } from 'react';
import { type LayerRow, layerRows, metricsAt } from '../features/layers/layer-rows.ts';
import type { Run } from '../runs/run.ts';
import type { RunsState } from '../runs/training-client.ts';
import { chartEvents } from './chart-events.ts';
import { Dialogs } from './dialogs.tsx';
import { Header } from './header.tsx';
import { LinkPlace } from './link-place.tsx';
import { useHides } from './link-session.ts';
import { MediumLayout, NarrowLayout, WideLayout } from './layouts.tsx';
import { LearnPlace } from './learn-place.tsx';
import { usePreviewText } from './policy-edits.ts';
import { useScheduleText } from './schedule-text.ts';
import { trainingClient } from './services.ts';
import { useExperiment } from './use-experiment.ts';
import { useSteadyRuns } from './use-steady-runs.ts';
import { useMediaQuery } from '../ui/use-media-query.ts';
import { usePageEvents } from './use-page-events.ts';
import { useWorkbench } from './workbench-store.ts';
import styles from './workbench.module.css';
import type { WorkbenchView } from './workbench-view.ts';

/** The one screen: write on the left, watch on the right, runs below; tabs where it is narrow. */
export function Workbench(): ReactElement {
  const view = useView();
  const isNarrow = useMediaQuery('(max-width: 860px)');
  const isMedium = useMediaQuery('(max-width: 1180px)');
  usePageEvents();
  useEffect(() => trainingClient.probe(), []);
  return (
    <div className={styles.workbench} data-narrow={isNarrow || undefined}>
      <Header experiment={view.experiment} lastValid={view.lastValid} run={view.run} environment={view.environment} />
      <LinkPlace run={view.run} />
      <main className={styles.main}>
        <Layout view={view} isNarrow={isNarrow} isMedium={isMedium} />
        <LearnPlace view={view} />
      </main>
      <Dialogs text={view.experiment.text} run={view.run} />
    </div>
  );
}

interface LayoutProps {
  readonly view: WorkbenchView;
  readonly isNarrow: boolean;
  readonly isMedium: boolean;
}

/** Drawn again only for another view: while a lane is dragged most frames have none. */
const Layout = memo(function Layout({ view, isNarrow, isMedium }: LayoutProps): ReactElement {
  if (isNarrow) return <NarrowLayout view={view} />;
  return isMedium ? <MediumLayout view={view} /> : <WideLayout view={view} />;
}, isSameLayout);

function isSameLayout(before: LayoutProps, after: LayoutProps): boolean {
  const keys = Object.keys(after.view) as (keyof WorkbenchView)[];
  return (
    before.isNarrow === after.isNarrow &&
    before.isMedium === after.isMedium &&
    keys.every((key) => before.view[key] === after.view[key])
  );
}

function useView(): WorkbenchView {
  const text = useScheduleText((state) => state.text);
  const preview = usePreviewText((state) => state.text);
  const { written, experiment, promise, isPromiseStale, lastValid } = useExperiment(text, preview);
  const { runs, currentRunId, environment, memories } = useSteadyRuns(trainingClient.store);
  const cursorEpoch = useWorkbench((state) => state.cursorEpoch);
  const selectedParameter = useWorkbench((state) => state.selectedParameter);
  const run = currentRunId === null ? null : (runs[currentRunId] ?? null);
  const ownParameters = lastValid?.parameters ?? noParameters;
  const parameters = run !== null && run.parameters.length > 0 ? run.parameters : ownParameters;
  // The promise is of the text in the editor: for a run of another model there is nothing to lay it over.
  const fits = run === null || run.model === '' || run.model === lastValid?.schedule?.training.model;
  const hidesPromise = useHides('promise');
  const shownPromise = fits && !hidesPromise ? promise : null;
  const epoch = epochBefore(cursorEpoch);
  const { memory, comparedTick } = useKept(run, memories);
  const layers = useMemo(
    () => layerRows({ parameters, run, preflight: shownPromise, epoch, memory, comparedTick }),
    [parameters, run, shownPromise, epoch, memory, comparedTick],
  );
  const events = useMemo(() => chartEvents(fits ? promise : null), [fits, promise]);
  const isEdited = run !== null && run.config.text !== written.text;
  return {
    written,
    experiment,
    lastValid,
    promise,
    shownPromise,
    isPromiseStale,
    parameters,
    run,
    runs,
    environment,
    layers,
    memory,
    comparedTick,
    layerMetrics: run === null ? undefined : metricsAt(run.epochs, epoch),
    selectedLayer: selectedRow(layers, selectedParameter),
    events,
    isEdited,
  };
}

/** What is kept of the epochs of the run that is shown, and which of them the reader compares with. */
function useKept(run: Run | null, memories: RunsState['memories']): Pick<WorkbenchView, 'memory' | 'comparedTick'> {
  const compared = useWorkbench((state) => state.compared);
  if (run === null) return { memory: null, comparedTick: null };
  return { memory: memories[run.id] ?? null, comparedTick: compared?.runId === run.id ? compared.tick : null };
}

/** The epoch that ends at a tick of the ruler, where tick n is the state after n epochs; null: none does. */
function epochBefore(tick: number | null): number | null {
  return tick === null || tick === 0 ? null : tick - 1;
}

const noParameters: WorkbenchView['parameters'] = [];

/** The layer that the reader chose, else the one with the most weights. */
function selectedRow(layers: readonly LayerRow[], parameter: string | null): LayerRow | null {
  const chosen = layers.find((row) => row.parameter === parameter);
  return chosen ?? layers.reduce<LayerRow | null>((most, row) => (most && most.size >= row.size ? most : row), null);
}
