import type { TrainedRun } from '../protocol/page-message.ts';
import type { Zoo } from '../schedule/zoo-port.ts';
import { isOver } from './reduce-run.ts';
import type { Run, TaughtBy } from './run.ts';

/** The finished run that a schedule means by the teacher `run`. */
export interface GivenTeacher extends TaughtBy {
  readonly trained: TrainedRun;
}

/** What decides which run teaches. */
export interface Classroom {
  readonly runs: readonly Run[];
  /** Whether the final weights of a run can still be had. */
  readonly hasWeights: (runId: string) => boolean;
  /** The run that the reader chose; null if none was. */
  readonly chosenId: string | null;
  /** The dataset of the student. */
  readonly dataset: string;
  readonly zoo: Zoo;
}

/** Why a run cannot teach, as a sentence; null if it can. */
export function teachingProblem(run: Run, { hasWeights, dataset, zoo }: Classroom): string | null {
  if (!isOver(run)) return 'The run is not over. Stop it, or wait for its end.';
  if (run.status === 'failed') return 'The run failed.';
  if (run.epochs.length === 0) return 'The run was stopped before it had learned anything.';
  if (!hasWeights(run.id))
    return 'The weights of this run are not kept any more. Open its schedule and train it again.';
  if (takesTheSame(run.dataset, dataset, zoo)) return null;
  return `The run was trained on ${run.dataset}, whose samples have another shape or other classes than those of ${dataset}.`;
}

/** The run that teaches: the chosen one if it can, else the one trained last that can; null if none can. */
export function teachingRun(classroom: Classroom): Run | null {
  const able = newestFirst(classroom.runs).filter((run) => teachingProblem(run, classroom) === null);
  return able.find(({ id }) => id === classroom.chosenId) ?? able[0] ?? null;
}

/** The run to send: the one that teaches, else one with weights, so that the worker can say why it cannot. */
export function runToSend(classroom: Classroom): Run | null {
  const trained = newestFirst(classroom.runs).filter((run) => isOver(run) && run.status !== 'failed');
  return teachingRun(classroom) ?? trained.find(({ id }) => classroom.hasWeights(id)) ?? null;
}

function newestFirst(runs: readonly Run[]): readonly Run[] {
  return runs.toSorted((a, b) => b.number - a.number);
}

function takesTheSame(one: string, other: string, { datasets }: Zoo): boolean {
  const [a, b] = [one, other].map((wanted) => datasets.find(({ name }) => name === wanted));
  return (
    a !== undefined && b !== undefined && a.classCount === b.classCount && a.inputShape.join() === b.inputShape.join()
  );
}
