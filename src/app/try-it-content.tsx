import { memo, type ReactElement, useEffect, useMemo, useRef, useState } from 'react';
import type { TryItProps } from '../features/try-it/try-it.tsx';
import { TryIt } from '../features/try-it/try-it.tsx';
import styles from '../features/try-it/try-it.module.css';
import { createAnswersClient, openAnswersPort } from '../runs/answers-client.ts';
import type { Run } from '../runs/run.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { findDataset } from '../zoo/datasets.ts';
import { readExperiment } from './experiment.ts';
import { trainingClient } from './services.ts';
import { TwinChoice } from './try-it-twin.tsx';
import { useComparedModels, useHeldRun } from './try-it-models.ts';
import { scrubTo, useWorkbench } from './workbench-store.ts';
import type { WorkbenchView } from './workbench-view.ts';

const client = createAnswersClient((listener) =>
  openAnswersPort(new Worker(new URL('../worker/answers-worker.ts', import.meta.url), { type: 'module' }), listener),
);
const dataUrl = new URL('data/', document.baseURI).href;

/** Test samples that all are asked about: more would not be waited for. */
const mostSamples = 2000;

/** What Try it shows of the run that is shown. */
export function TryItContent({ view }: { readonly view: WorkbenchView }): ReactElement {
  const run = useSteadyRun(useHeldRun(view.run));
  const schedule = run === null ? null : readExperiment(run.config.text).schedule;
  const dataset = findDataset(run?.dataset ?? '');
  if (run === null || schedule === null || dataset === undefined || run.epochs.length === 0) {
    return (
      <EmptyState title="Nothing to ask yet">
        Train a schedule. After its first epoch you can draw, and the dense and the compressed network answer.
      </EmptyState>
    );
  }
  // Another dataset begins anew: no drawing and no sample of it means anything to this one.
  return <Compared key={`${run.dataset}/${run.seed}`} run={run} schedule={schedule} dataset={dataset} />;
}

const asked = ['id', 'epochs', 'status', 'config', 'dataset', 'seed'] as const;

/** The run as long as nothing of it changes that is asked here: steps within an epoch do not. */
function useSteadyRun(run: Run | null): Run | null {
  const [before, keep] = useState(run);
  const isSame = before !== null && run !== null && asked.every((key) => before[key] === run[key]);
  const steady = isSame ? before : run;
  if (steady !== before) keep(steady);
  return steady;
}

interface ComparedProps extends Pick<TryItProps, 'dataset'> {
  readonly run: Run;
  readonly schedule: NonNullable<ReturnType<typeof readExperiment>['schedule']>;
}

const Compared = memo(function Compared({ run, schedule, dataset }: ComparedProps): ReactElement {
  const headRef = useRef<HTMLDivElement>(null);
  // What was opened comes into view once it is there: it is loaded late, and grows.
  useEffect(() => {
    headRef.current?.closest('section')?.scrollIntoView({ block: 'nearest' });
  }, []);
  const cursor = useWorkbench((state) => (state.isPinned ? state.cursorEpoch : null));
  const done = (run.epochs.at(-1)?.epoch ?? -1) + 1;
  const tick = cursor === null || cursor < 1 ? done : Math.min(Math.floor(cursor), done);
  const models = useComparedModels({ run, schedule, tick, followsEpoch: dataset.kind === 'points' });
  const data = useMemo(() => ({ dataset: run.dataset, seed: run.seed, dataUrl }), [run.dataset, run.seed]);
  const epochs = useMemo(
    () => ({
      tick,
      done,
      onMove: (next: number) => {
        // The epochs that are played are those of this run.
        trainingClient.selectRun(run.id);
        scrubTo(next);
      },
    }),
    [tick, done, run.id],
  );
  return (
    <TryIt
      client={client}
      dataset={dataset}
      data={data}
      count={Math.min(schedule.training.validationSize, dataset.testSize, mostSamples)}
      dense={models.dense}
      compressed={models.compressed}
      head={
        <div className={styles.head} ref={headRef}>
          <TwinChoice run={run} schedule={schedule} models={models} />
        </div>
      }
      epochs={epochs}
      onSentence={setFact}
    />
  );
});

/** The last answers stay in the head of the panel. */
function setFact(tryFact: string | null): void {
  if (tryFact !== null) useWorkbench.setState({ tryFact });
}
