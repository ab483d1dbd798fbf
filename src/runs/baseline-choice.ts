import { z } from 'zod';
import type { DraftStorage } from './draft.ts';
import { isOver } from './reduce-run.ts';
import type { Run } from './run.ts';

const choiceKey = 'distiller-playground.baseline';

const choiceSchema = z.strictObject({ version: z.literal(1), runId: z.string().max(100) });

/** The run that the reader compares with; null if none was chosen, or the choice cannot be read. */
export function readBaselineChoice(storage?: DraftStorage): string | null {
  try {
    const stored: unknown = JSON.parse((storage ?? localStorage).getItem(choiceKey) ?? 'null');
    return choiceSchema.safeParse(stored).data?.runId ?? null;
  } catch {
    // Private windows may forbid storage: the first run is the baseline then.
    return null;
  }
}

/** Keeps the choice for the next visit. Returns false if the browser keeps nothing; the page works on without. */
export function writeBaselineChoice(runId: string, storage?: DraftStorage): boolean {
  try {
    (storage ?? localStorage).setItem(choiceKey, JSON.stringify({ version: 1, runId }));
    return true;
  } catch {
    return false;
  }
}

/** The run that others are compared with: the chosen one, else the first that did not fail; null if there is none. */
export function baselineRun(runs: readonly Run[], chosenId: string | null): Run | null {
  const chosen = runs.find(({ id }) => id === chosenId);
  if (chosen) return chosen;
  const able = runs.filter((run) => isOver(run) && run.status !== 'failed' && run.epochs.length > 0);
  return able.reduce<Run | null>((first, run) => (first && first.number < run.number ? first : run), null);
}
