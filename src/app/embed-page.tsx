import { type ReactElement, StrictMode, useMemo } from 'react';
import { createRoot } from 'react-dom/client';
import { ResultFacts } from '../features/share/link-facts.tsx';
import { LockPanel } from '../features/share/lock-panel.tsx';
import { PredictionDialog } from '../features/share/prediction-dialog.tsx';
import { TrainingProgress } from '../features/training/training-progress.tsx';
import { TransportControls } from '../features/training/transport-controls.tsx';
import { codeSpans } from '../ui/code-spans.tsx';
import { SeverityIcon } from '../ui/severity.tsx';
import { isOver } from '../runs/reduce-run.ts';
import type { Run } from '../runs/run.ts';
import type { HideablePart } from '../runs/share/shared-experiment.ts';
import { encodeLink } from '../runs/share-link.ts';
import { currentRun } from '../runs/training-client.ts';
import { EmbedCharts } from './embed-charts.tsx';
import styles from './embed-page.module.css';
import { embeddedBlock, embeddedClient, ownEmbedded, trainEmbedded, typeEmbedded, useEmbed } from './embed-store.ts';
import { type Experiment, readExperiment } from './experiment.ts';
import { progressOf } from './progress-of.ts';
import { useSteadyRuns } from './use-steady-runs.ts';

/** Parts that the address asks to leave out. */
const left = new Set((new URLSearchParams(location.search).get('hide') ?? '').split(','));

/** Puts the experiment in the place of the cover. */
export function renderEmbed(): void {
  const root = document.getElementById('root');
  if (!root) throw new Error('The page has no element with the id root.');
  root.replaceChildren();
  createRoot(root).render(
    <StrictMode>
      <EmbedPage />
    </StrictMode>,
  );
}

/** One experiment inside of another page: schedule, Train, the two curves that are predicted. */
function EmbedPage(): ReactElement {
  const { text, options, asking } = useEmbed();
  const run = currentRun(useSteadyRuns(embeddedClient.store));
  const experiment = useMemo(() => readExperiment(text), [text]);
  const { hide = [], predict = [] } = options.teaching ?? {};
  const blocked = useMemo(() => embeddedBlock(text) ?? undefined, [text]);
  return (
    <main className={styles.page}>
      <header className={styles.head}>
        <h1>{titleOf(experiment)}</h1>
        <a href={`./index.html${encodeLink({ text, ...options })}`} target="_blank" rel="noopener">
          Open in the playground
        </a>
      </header>
      <div className={styles.controls}>
        <TransportControls
          status={run?.status ?? null}
          blocked={blocked}
          onTrain={() => void trainEmbedded()}
          onPause={() => embeddedClient.pause()}
          onResume={() => embeddedClient.resume()}
          onStep={(unit) => embeddedClient.step(unit)}
          onStop={() => embeddedClient.stop()}
          onReset={() => embeddedClient.reset()}
        />
        <TrainingProgress {...progressOf(run, experiment)} />
      </div>
      {text === '' ? (
        <EmbedFacts run={run} problem={undefined} />
      ) : (
        <EmbedContent run={run} experiment={experiment} problem={blocked} hide={hide} />
      )}
      {asking !== null && <PredictionDialog asked={predict} onAnswer={asking} />}
    </main>
  );
}

interface EmbedContentProps {
  readonly run: Run | null;
  readonly experiment: Experiment;
  readonly problem: string | undefined;
  readonly hide: readonly HideablePart[];
}

/** What there is once the address carries an experiment. */
function EmbedContent({ run, experiment, problem, hide }: EmbedContentProps): ReactElement {
  const isHidden = hide.includes('measured') && run !== null && !isOver(run);
  return (
    <>
      <EmbedFacts run={run} problem={hide.includes('problems') ? undefined : problem} />
      {!left.has('charts') && (
        <EmbedCharts run={isHidden ? null : run} experiment={experiment} hidesPromise={hide.includes('promise')} />
      )}
      {!left.has('schedule') && <EmbedSchedule />}
    </>
  );
}

function titleOf({ schedule }: Experiment): string {
  return schedule === null ? 'Distiller Playground' : `${schedule.training.model} on ${schedule.training.dataset}`;
}

/** The gap of a prediction, the author's result beside the one here, and what is wrong. */
function EmbedFacts({
  run,
  problem,
}: {
  readonly run: Run | null;
  readonly problem: string | undefined;
}): ReactElement {
  const { linkedText, options, notes, predictions } = useEmbed();
  const prediction = run === null ? undefined : predictions[run.id];
  return (
    <ul className={styles.facts} aria-label="About this link">
      <ResultFacts claim={options.claim} text={linkedText} run={run} prediction={prediction} />
      {notes.map((note) => (
        <li key={note}>
          <SeverityIcon severity="warning" />
          {note}
        </li>
      ))}
      {problem !== undefined && (
        <li>
          <SeverityIcon severity="error" />
          <span>{codeSpans(problem)}</span>
        </li>
      )}
    </ul>
  );
}

function EmbedSchedule(): ReactElement {
  const { text, options } = useEmbed();
  const lock = options.teaching?.lock;
  return (
    <details className={styles.schedule}>
      <summary>Schedule</summary>
      {lock !== undefined && <LockPanel text={text} lock={lock} onChange={typeEmbedded} onOwnCopy={ownEmbedded} />}
      <textarea
        aria-label="Schedule text"
        value={text}
        readOnly={lock !== undefined}
        rows={Math.min(24, text.split('\n').length + 1)}
        spellCheck={false}
        wrap="soft"
        onChange={(event) => typeEmbedded(event.target.value)}
      />
    </details>
  );
}
