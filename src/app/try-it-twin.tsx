import type { ReactElement } from 'react';
import { useStore } from 'zustand';
import { isOver } from '../runs/reduce-run.ts';
import type { Run } from '../runs/run.ts';
import { runningSeries } from '../runs/run-queue.ts';
import { compressionBegin, denseText } from '../schedule/dense-twin.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { Button } from '../ui/button.tsx';
import { Combobox } from '../ui/combobox.tsx';
import styles from '../features/try-it/try-it.module.css';
import { runQueue, startSeeds } from './series-queue.ts';
import { trainingClient } from './services.ts';
import { type ComparedModels, ownBeginning, useTwin } from './try-it-models.ts';

interface TwinChoiceProps {
  readonly run: Run;
  readonly schedule: Schedule;
  readonly models: ComparedModels;
}

/** Which networks are compared, and the way to a dense one where there is none. */
export function TwinChoice({ run, schedule, models }: TwinChoiceProps): ReactElement {
  const { twins, twin, beginning, compressed, note } = models;
  const options = [
    ...twins.map((one) => ({
      value: one.id,
      label: `Run ${one.number}, at its end`,
      note: accuracyText(one),
    })),
    ...(beginning === null
      ? []
      : [
          {
            value: ownBeginning,
            label: `This run, after epoch ${beginning}`,
            note: 'Before anything was compressed',
          },
        ]),
  ];
  return (
    <>
      <Combobox
        label="Dense twin"
        options={options}
        value={twin}
        placeholder="None yet"
        onChange={(chosen) => useTwin.setState({ chosen })}
        disabledReason={options.length === 0 ? 'There is no dense network of this model and dataset yet.' : undefined}
      />
      <span>
        Compressed: <b>{compressed === null ? 'none yet' : `run ${run.number}, ${compressed.when.split(', ')[1]}`}</b>
      </span>
      {note !== null && <span className={styles.fact}>{note}</span>}
      {twins.length === 0 && compressionBegin(schedule) !== null && (
        <TrainTwin run={run} schedule={schedule} beginning={beginning} />
      )}
    </>
  );
}

function accuracyText({ result, epochs }: Run): string {
  const top1 = result?.top1 ?? epochs.at(-1)?.validation.top1 ?? 0;
  return `Nothing compressed, ${(100 * top1).toFixed(1)} % accuracy`;
}

function TrainTwin({
  run,
  schedule,
  beginning,
}: Pick<TwinChoiceProps, 'run' | 'schedule'> & { readonly beginning: number | null }): ReactElement {
  const running = useStore(runQueue.store, runningSeries);
  const training = useTwin((state) => state.training);
  const twin = useStore(trainingClient.store, ({ runs }) =>
    Object.values(runs).find((one) => one.config.text === training?.text && !isOver(one)),
  );
  const isQueued = training?.forRunId === run.id && running?.text === training.text;
  if (isQueued) {
    return (
      <span role="status" aria-label="Training of the dense twin">
        {twin === undefined
          ? 'The dense twin trains as soon as this run is over.'
          : `The dense twin is being trained: ${twin.epochs.length} of ${twin.epochCount || schedule.training.epochs} epochs.`}
      </span>
    );
  }
  return (
    <>
      <Button
        size="small"
        hint="A run of the same training without pruners, regularizers, quantizers and extensions"
        disabledReason={
          running === undefined ? undefined : 'A series of runs is being trained. Wait for its end, or cancel it.'
        }
        onClick={() => trainTwin(run, schedule)}
      >
        Train the dense twin
      </Button>
      <span className={styles.fact}>
        {beginning === null
          ? 'Compression began with the first epoch, so this run has no dense state.'
          : `Until then this run after epoch ${beginning}, before compression, stands for it.`}
      </span>
    </>
  );
}

/** Queues the same training with nothing compressed, and shows this run again when it is over. */
function trainTwin(run: Run, schedule: Schedule): void {
  const text = denseText(run.config.text, schedule);
  if (text === null) return;
  const known = new Set(Object.keys(trainingClient.store.getState().runs));
  if (!startSeeds(text, 1)) return;
  useTwin.setState({ training: { text, forRunId: run.id } });
  const unsubscribe = trainingClient.store.subscribe(({ runs, currentRunId }) => {
    const twin = Object.values(runs).find(({ id, config }) => config.text === text && !known.has(id));
    if (twin === undefined || !isOver(twin)) return;
    unsubscribe();
    useTwin.setState({ training: null });
    // Unless the reader has gone elsewhere meanwhile.
    if (currentRunId === twin.id) trainingClient.selectRun(run.id);
  });
}
