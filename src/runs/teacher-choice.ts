import { z } from 'zod';
import type { DraftStorage } from './draft.ts';

const choiceKey = 'distiller-playground.teacher';

const choiceSchema = z.strictObject({ version: z.literal(1), runId: z.string().max(100) });

/** The run that the reader chose as the teacher on an earlier visit; null if there is none, or it cannot be read. */
export function readTeacherChoice(storage?: DraftStorage): string | null {
  try {
    const stored: unknown = JSON.parse((storage ?? localStorage).getItem(choiceKey) ?? 'null');
    return choiceSchema.safeParse(stored).data?.runId ?? null;
  } catch {
    // Private windows may forbid storage: the run trained last teaches then.
    return null;
  }
}

/** Keeps the choice for the next visit. Returns false if the browser keeps nothing; the page works on without. */
export function writeTeacherChoice(runId: string, storage?: DraftStorage): boolean {
  try {
    (storage ?? localStorage).setItem(choiceKey, JSON.stringify({ version: 1, runId }));
    return true;
  } catch {
    return false;
  }
}
