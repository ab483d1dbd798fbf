import type { ReactElement } from 'react';
import { type EpochMemory, memoryBudget } from '../../../runs/epoch-memory.ts';
import { Button } from '../../../ui/button.tsx';
import { EpochScrubber } from './epoch-scrubber.tsx';
import styles from './time-machine.module.css';

export interface TimeMachineProps {
  /** Epochs of the run that are done; more than 0. */
  readonly done: number;
  /** Tick that all views show; null: the latest. */
  readonly tick: number | null;
  readonly onMove: (tick: number | null) => void;
  readonly memory: EpochMemory | null;
  /** The run whose first epochs these are, and how many; absent: the run is no fork. */
  readonly origin?: { readonly number: number; readonly epoch: number } | undefined;
  readonly comparedTick: number | null;
  readonly onCompare: (tick: number | null) => void;
  /** Trains on from a tick: by the run's own schedule, paused; or by the one in the editor. */
  readonly onRewind: (tick: number) => void;
  readonly onFork: (tick: number) => void;
  /** Why the schedule in the editor cannot go on from a tick; null if it can. */
  readonly forkProblem: (tick: number) => string | null;
}

/** Goes through the epochs of a run: every view follows; from each that is kept whole, training can go on. */
export function TimeMachine(props: TimeMachineProps): ReactElement {
  const { done, tick, memory, origin, comparedTick, onCompare, onRewind, onFork, forkProblem, onMove } = props;
  const shown = Math.min(tick ?? done, done);
  const kept = new Set(memory?.snapshots.map(({ epoch }) => epoch + 1));
  const forkable = memory?.checkpoints.map(({ epoch }) => epoch) ?? [];
  const missing = forkable.includes(shown) ? undefined : missingText(shown, forkable);
  const description = keptText(done, kept.size, forkable.length);
  const isCompared = comparedTick === shown;
  return (
    <section className={styles.machine} aria-label="Time machine">
      <span className={styles.place} title={description}>
        epoch <b>{shown}</b> of {done}
        {origin && `, from run ${origin.number}, epoch ${origin.epoch}`}
      </span>
      <EpochScrubber
        done={done}
        tick={tick}
        kept={kept}
        comparedTick={comparedTick}
        description={description}
        onMove={onMove}
      />
      <span className={styles.actions}>
        <Button
          size="small"
          variant="quiet"
          aria-label="Rewind here"
          disabledReason={missing}
          hint={`A new run as it was after epoch ${shown}, with the schedule that it had, paused`}
          onClick={() => onRewind(shown)}
        >
          Rewind
        </Button>
        <Button
          size="small"
          variant="quiet"
          icon="fork"
          aria-label="Fork from here"
          disabledReason={missing ?? forkProblem(shown) ?? undefined}
          hint={`A new run that goes on after epoch ${shown} with the schedule in the editor, and the same order of data`}
          onClick={() => onFork(shown)}
        >
          Fork
        </Button>
        <Button
          size="small"
          variant="quiet"
          aria-pressed={isCompared}
          aria-label={comparedTick === null || !isCompared ? 'Compare with this epoch' : 'End the comparison'}
          disabledReason={kept.has(shown) ? undefined : `The weights after epoch ${shown} are not kept.`}
          hint={isCompared ? 'Layers and Inspect show weights again' : 'Layers and Inspect show what has changed since'}
          onClick={() => onCompare(isCompared ? null : shown)}
        >
          {isCompared ? 'Compared' : 'Compare'}
        </Button>
      </span>
    </section>
  );
}

function missingText(tick: number, forkable: readonly number[]): string {
  if (forkable.length === 0) return 'Nothing is kept of the epochs of this run. Train it again to go back in it.';
  const nearest = forkable.reduce((best, one) => (Math.abs(one - tick) < Math.abs(best - tick) ? one : best));
  return `The state after epoch ${tick} is not kept whole. The nearest that is: epoch ${nearest}.`;
}

function keptText(done: number, pictured: number, forkable: number): string {
  const { snapshotBytes, checkpointBytes } = memoryBudget;
  const limits = `at most ${snapshotBytes / 1e6} MB of weights to look at and ${checkpointBytes / 1e6} MB to go on from`;
  return `Kept of ${done} epochs: ${pictured} to look at, ${forkable} to go on from (${limits}; beyond that the first, the latest and every second, fourth, … between).`;
}
