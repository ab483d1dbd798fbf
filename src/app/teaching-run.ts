import { useStore } from 'zustand';
import { type Classroom, type GivenTeacher, runToSend } from '../runs/teaching.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { wantsRun } from '../schedule/wants-run.ts';
import { zoo } from '../zoo/zoo.ts';
import { keepRuns, readRunWeights, useKeeping } from './run-keeping.ts';
import { trainingClient } from './services.ts';

/** What a schedule means by the teacher `run`: a run with its weights; null if there is none. */
type TeacherAnswer =
  | { readonly ok: true; readonly teacher: GivenTeacher | null }
  | { readonly ok: false; readonly message: string };

/** Finds the run that teaches, and its weights. */
export async function findTeachingRun(schedule: Schedule): Promise<TeacherAnswer> {
  await keepRuns();
  const { runs, inMemoryRunId } = trainingClient.store.getState();
  const { keptWeights, chosenTeacher } = useKeeping.getState();
  const run = runToSend({
    runs: Object.values(runs),
    ...classroomOf(schedule, { keptWeights, inMemoryRunId, chosenTeacher }),
  });
  if (run === null) return { ok: true, teacher: null };
  const { id: runId, number, model } = run;
  const answer = await readRunWeights(runId);
  if (!answer.ok) return { ok: false, message: `Run ${number} cannot teach. ${answer.message}` };
  return { ok: true, teacher: { runId, number, trained: { model, parameters: answer.parameters } } };
}

/** What decides which run teaches, except for the runs; null if no policy wants a run. */
export function useClassroom(schedule: Schedule | null): Omit<Classroom, 'runs'> | null {
  const keptWeights = useKeeping((state) => state.keptWeights);
  const chosenTeacher = useKeeping((state) => state.chosenTeacher);
  const inMemoryRunId = useStore(trainingClient.store, (state) => state.inMemoryRunId);
  if (schedule === null || !wantsRun(schedule)) return null;
  return classroomOf(schedule, { keptWeights, inMemoryRunId, chosenTeacher });
}

function classroomOf(
  { training }: Schedule,
  known: {
    readonly keptWeights: ReadonlySet<string>;
    readonly inMemoryRunId: string | null;
    readonly chosenTeacher: string | null;
  },
): Omit<Classroom, 'runs'> {
  return {
    hasWeights: (runId) => known.keptWeights.has(runId) || runId === known.inMemoryRunId,
    chosenId: known.chosenTeacher,
    dataset: training.dataset,
    zoo,
  };
}
