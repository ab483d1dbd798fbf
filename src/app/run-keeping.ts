import { create } from 'zustand';
import type { Run } from '../runs/run.ts';
import { archiveEndedRuns, openRunArchive } from '../runs/run-archive.ts';
import { trainingClient } from './services.ts';

const archive = openRunArchive();

interface KeepingState {
  /** What the reader should know about kept runs; null if all is well. */
  readonly problem: string | null;
}

const useKeeping = create<KeepingState>(() => ({ problem: null }));

/** Why runs do not outlast the page, as a sentence with the way out; null if they do. */
export function useKeepingProblem(): string | null {
  return useKeeping((state) => state.problem);
}

/** Brings the runs of earlier visits back and keeps each that ends from now on. Call once. */
export async function keepRuns(): Promise<void> {
  const loaded = await archive.load();
  if (loaded.ok) trainingClient.addRuns(loaded.value.runs);
  else report(loaded.problem.message);
  archiveEndedRuns(trainingClient.store, archive, (problem) => report(problem.message));
}

/** Forgets a run, here and in the archive. Returns what brings it back. */
export function deleteRun(run: Run): () => void {
  trainingClient.removeRun(run.id);
  void archive.remove(run.id);
  return () => {
    trainingClient.addRuns([run]);
    void archive.save(run);
  };
}

function report(problem: string): void {
  useKeeping.setState({ problem });
}
