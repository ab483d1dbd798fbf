import { create } from 'zustand';
import type { NamedTensor } from '../protocol/training-event.ts';
import type { Run } from '../runs/run.ts';
import { openRunArchive } from '../runs/run-archive.ts';
import { type KeepingEvent, keepEndedRuns } from '../runs/run-keeper.ts';
import { readTeacherChoice, writeTeacherChoice } from '../runs/teacher-choice.ts';
import type { WeightsAnswer } from '../runs/weight-readers.ts';
import { weightsBudget } from '../runs/weights-record.ts';
import { trainingClient } from './services.ts';

const archive = openRunArchive();

interface KeepingState {
  /** Why runs do not outlast the page, as a sentence with the way out; null if they do. */
  readonly problem: string | null;
  /** What the reader should know about kept weights; null if nothing. */
  readonly notice: string | null;
  /** The runs whose weights are kept. */
  readonly keptWeights: ReadonlySet<string>;
  /** The run that the reader chose as the teacher. */
  readonly chosenTeacher: string | null;
}

export const useKeeping = create<KeepingState>(() => ({
  problem: null,
  notice: null,
  keptWeights: new Set(),
  chosenTeacher: readTeacherChoice(),
}));

let ready: Promise<void> | null = null;

/** Brings the runs of earlier visits back and keeps each that ends from now on. Resolves once they are back. */
export function keepRuns(): Promise<void> {
  ready ??= bringBack();
  return ready;
}

async function bringBack(): Promise<void> {
  const loaded = await archive.load();
  if (loaded.ok) {
    trainingClient.addRuns(loaded.value.runs);
    changeKept((kept) => new Set([...kept, ...loaded.value.weights]));
  } else useKeeping.setState({ problem: loaded.problem.message });
  keepEndedRuns(trainingClient, archive, onKeepingEvent);
}

export function dismissKeepingNotice(): void {
  useKeeping.setState({ notice: null });
}

/** From now on this run teaches where it can, on later visits too. */
export function chooseTeacher(runId: string): void {
  useKeeping.setState({ chosenTeacher: runId });
  writeTeacherChoice(runId);
}

/** The final weights of a run: from the worker if it still holds them, else from the archive. */
export async function readRunWeights(runId: string): Promise<WeightsAnswer> {
  if (trainingClient.store.getState().inMemoryRunId === runId) {
    const answer = await trainingClient.readWeights(runId);
    if (answer.ok) return answer;
  }
  const kept = await archive.loadWeights(runId);
  if (!kept.ok) return { ok: false, message: kept.problem.message };
  if (kept.value !== null) return { ok: true, parameters: kept.value };
  changeKept((ids) => without(ids, [runId]));
  return { ok: false, message: 'The weights of this run are not kept any more. Train it again to have them.' };
}

/** Forgets a run and its weights, here and in the archive. Returns what brings them back. */
export function deleteRun(run: Run): () => void {
  const hadWeights = useKeeping.getState().keptWeights.has(run.id);
  trainingClient.removeRun(run.id);
  changeKept((kept) => without(kept, [run.id]));
  const deleted = removeFromArchive(run.id);
  return () => {
    trainingClient.addRuns([run]);
    if (run.epochs.length > 0) void deleted.then((weights) => putBack(run, hadWeights ? weights : null));
  };
}

async function removeFromArchive(runId: string): Promise<readonly NamedTensor[] | null> {
  const weights = await archive.loadWeights(runId);
  const removed = await archive.remove(runId);
  if (!removed.ok) useKeeping.setState({ problem: removed.problem.message });
  return weights.ok ? weights.value : null;
}

async function putBack(run: Run, parameters: readonly NamedTensor[] | null): Promise<void> {
  const saved = await archive.save(run);
  if (!saved.ok) onKeepingEvent({ type: 'run-not-kept', run, problem: saved.problem });
  if (!saved.ok || parameters === null) return;
  const answer = await archive.saveWeights({ runId: run.id, startedAt: run.startedAt, parameters });
  if (answer.ok) onKeepingEvent({ type: 'weights-kept', run });
  else onKeepingEvent({ type: 'weights-not-kept', run, problem: answer.problem });
}

/** Adds runs of a file, here and in the archive, with the weights that came along. */
export async function addImportedRuns(
  runs: readonly Run[],
  weights: ReadonlyMap<string, readonly NamedTensor[]>,
): Promise<void> {
  trainingClient.addRuns(runs);
  for (const run of runs) await putBack(run, weights.get(run.id) ?? null);
}

function onKeepingEvent(event: KeepingEvent): void {
  switch (event.type) {
    case 'run-not-kept':
      useKeeping.setState({ problem: `Run ${event.run.number} is not kept. ${event.problem.message}` });
      return;
    case 'weights-kept':
      changeKept((kept) => new Set([...kept, event.run.id]));
      return;
    case 'weights-not-kept':
      useKeeping.setState({
        notice: `Run ${event.run.number} is kept without its weights, so it cannot teach later. ${event.problem.message}`,
      });
      return;
    case 'weights-dropped':
      changeKept((kept) => without(kept, event.runIds));
      useKeeping.setState({ notice: droppedText(event.runIds) });
      return;
    default:
      event satisfies never;
  }
}

function droppedText(runIds: readonly string[]): string {
  const { runs } = trainingClient.store.getState();
  const numbers = runIds.flatMap((id) => runs[id]?.number ?? []);
  const which = numbers.length > 0 ? ` of run ${numbers.join(', ')}` : ' of the oldest runs';
  const limit = `Weights of the newest ${weightsBudget.runs} runs are kept, ${weightsBudget.bytes / 1e6} MB at most`;
  return `The weights${which} made room for newer ones: what was measured stays, but they can no longer teach. ${limit}, or less where the browser has less room.`;
}

function changeKept(change: (kept: ReadonlySet<string>) => ReadonlySet<string>): void {
  useKeeping.setState(({ keptWeights }) => ({ keptWeights: change(keptWeights) }));
}

function without(ids: ReadonlySet<string>, removed: readonly string[]): ReadonlySet<string> {
  return new Set([...ids].filter((id) => !removed.includes(id)));
}
