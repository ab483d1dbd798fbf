import type { TrainingProgressProps } from '../features/training/training-progress.tsx';
import type { Run } from '../runs/run.ts';
import { openParts, statusText, timeLeftMs } from '../runs/run-text.ts';
import type { Experiment } from './experiment.ts';

/** Where the run stands, or what pressing Train would do. */
export function progressOf(run: Run | null, experiment: Experiment): TrainingProgressProps {
  if (run === null) return readyProgress(experiment);
  if (run.status === 'preparing' && run.preparing !== null) return loadingProgress(run, run.preparing);
  const { epoch, step } = run.position;
  const done =
    run.status === 'finished' || run.status === 'testing'
      ? run.epochCount
      : epoch + step / Math.max(1, run.stepsPerEpoch);
  return {
    text: statusText(run),
    aside: asideOf(run),
    mark: markOf(run),
    value: done,
    max: Math.max(1, run.epochCount),
    segmented: true,
  };
}

/** As far as the part that is the least far. */
function loadingProgress(run: Run, parts: NonNullable<Run['preparing']>): TrainingProgressProps {
  const value = Math.min(1, ...openParts(parts).map(({ done, total }) => done / total));
  return { text: statusText(run), aside: '', mark: 'none', value, max: 1, segmented: false };
}

function readyProgress({ schedule }: Experiment): TrainingProgressProps {
  const training = schedule?.training;
  const steps = training ? Math.ceil(training.trainSize / training.batchSize) : 0;
  return {
    text: training ? `Ready: ${training.epochs} epochs of ${steps} steps` : 'The schedule has errors',
    aside: '',
    mark: 'none',
    value: 0,
    max: Math.max(1, training?.epochs ?? 1),
    segmented: true,
  };
}

function markOf(run: Run): TrainingProgressProps['mark'] {
  switch (run.status) {
    case 'paused':
    case 'stopped':
      return 'paused';
    case 'finished':
      return 'finished';
    case 'failed':
      return 'failed';
    case 'preparing':
    case 'training':
    case 'testing':
      return 'none';
    default:
      return run.status satisfies never;
  }
}

function asideOf(run: Run): string {
  if (run.result !== null) return `took ${clock(run.result.durationMs)}`;
  const left = timeLeftMs(run);
  return left === null ? '' : `${clock(left)} left`;
}

/** "1:07". */
function clock(durationMs: number): string {
  const seconds = Math.round(durationMs / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
