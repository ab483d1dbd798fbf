import type { EpochArchive } from './epoch-archive.ts';
import { isOver } from './reduce-run.ts';
import type { RunsState, TrainingClient } from './training-client.ts';

/**
 * Keeps the epochs of each run in the archive when it ends, and in memory only those of the run that trains, those of the
 * run that is shown, and those that could not be archived.
 *
 * @returns Stops doing so.
 */
export function keepEpochs(
  client: Pick<TrainingClient, 'store' | 'addMemory' | 'dropMemories'>,
  archive: EpochArchive,
): () => void {
  const archived = new Set<string>();
  const tidy = (): void => {
    const { runs, memories, currentRunId } = client.store.getState();
    const idle = Object.keys(memories).filter((id) => {
      const run = runs[id];
      return run === undefined || (id !== currentRunId && isOver(run) && archived.has(id));
    });
    if (idle.length > 0) client.dropMemories(idle);
  };
  const save = async (id: string): Promise<void> => {
    const { runs, memories } = client.store.getState();
    const [run, memory] = [runs[id], memories[id]];
    if (run === undefined || !memory?.snapshots.length || !(await archive.save(run, memory))) return;
    archived.add(id);
    tidy();
  };
  const bringBack = async (id: string): Promise<void> => {
    const memory = await archive.load(id);
    if (memory === null) return;
    archived.add(id);
    if (client.store.getState().currentRunId === id) client.addMemory(id, memory);
  };
  return client.store.subscribe((state, before) => {
    for (const id of endedRuns(state, before)) void save(id);
    if (state.currentRunId === before.currentRunId) return;
    tidy();
    const shown = state.currentRunId;
    if (shown !== null && !(shown in state.memories) && isOverIn(state, shown)) void bringBack(shown);
  });
}

/** Runs that were under way before and are over now. */
function endedRuns({ runs }: RunsState, before: RunsState): readonly string[] {
  if (runs === before.runs) return [];
  return Object.values(runs).flatMap((run) => {
    const earlier = before.runs[run.id];
    return earlier !== undefined && earlier !== run && !isOver(earlier) && isOver(run) ? [run.id] : [];
  });
}

function isOverIn({ runs }: RunsState, id: string): boolean {
  const run = runs[id];
  return run !== undefined && isOver(run);
}
