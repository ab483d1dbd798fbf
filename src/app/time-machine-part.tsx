import type { ReactElement } from 'react';
import { TimeMachine } from '../features/layers/time-machine/time-machine.tsx';
import type { Checkpoint } from '../protocol/epoch-memory.ts';
import type { Run } from '../runs/run.ts';
import { type Experiment, trainingBlock } from './experiment.ts';
import { useActions } from './use-actions.ts';
import { compareWith, scrubTo, useWorkbench } from './workbench-store.ts';
import type { WorkbenchView } from './workbench-view.ts';

/** The scrubber below the layers; nothing before an epoch is done. */
export function TimeMachinePart({ view }: { readonly view: WorkbenchView }): ReactElement | null {
  const { run, memory, comparedTick, experiment } = view;
  const cursorEpoch = useWorkbench((state) => state.cursorEpoch);
  const actions = useActions();
  const done = (run?.epochs.at(-1)?.epoch ?? -1) + 1;
  if (run === null || done === 0) return null;
  const from = (tick: number, goOn: (run: Run, checkpoint: Checkpoint) => void): void => {
    const checkpoint = memory?.checkpoints.find(({ epoch }) => epoch === tick);
    if (checkpoint === undefined) return;
    scrubTo(null);
    goOn(run, checkpoint);
  };
  return (
    <TimeMachine
      done={done}
      tick={cursorEpoch === null || cursorEpoch === 0 ? null : cursorEpoch}
      onMove={scrubTo}
      memory={memory}
      origin={run.forkedFrom}
      comparedTick={comparedTick}
      onCompare={(tick) => compareWith(tick === null ? null : { runId: run.id, tick })}
      onRewind={(tick) => from(tick, actions.rewind)}
      onFork={(tick) => from(tick, actions.fork)}
      forkProblem={(tick) => forkProblem(experiment, run, tick)}
    />
  );
}

/** Why the schedule in the editor cannot go on from an epoch of a run, as a sentence; null if it can. */
function forkProblem(experiment: Experiment, run: Run, tick: number): string | null {
  const training = experiment.schedule?.training;
  if (training === undefined) return trainingBlock(experiment) ?? 'The schedule cannot be read.';
  if (training.model !== run.model) {
    return `The schedule is for ${training.model}, and the run trained ${run.model}. Choose that model to go on.`;
  }
  if (training.epochs > tick) return null;
  return `The schedule in the editor ends after ${training.epochs} epochs. Raise \`epochs\` to go on after epoch ${tick}.`;
}
