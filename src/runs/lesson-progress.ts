import { z } from 'zod';
import type { DraftStorage } from './draft.ts';

const progressKey = 'distiller-playground.lessons';

const lessonSchema = z.strictObject({
  /** The step that is open, from 0. */
  step: z.int().min(0).max(20),
  /** What the reader said, by step. */
  predictions: z.record(z.string().max(60), z.union([z.number(), z.string().max(60)])),
  isDone: z.boolean(),
});

const progressSchema = z.strictObject({
  version: z.literal(1),
  lessons: z.record(z.string().max(60), lessonSchema),
  /** Accuracy after rounding, as a fraction, by recipe: no run holds it. */
  rounded: z.record(z.string().max(60), z.number().min(0).max(1)),
});

export type LessonProgress = z.infer<typeof lessonSchema>;
export type LessonsProgress = z.infer<typeof progressSchema>;

export const noLesson: LessonProgress = { step: 0, predictions: {}, isDone: false };
export const noProgress: LessonsProgress = { version: 1, lessons: {}, rounded: {} };

/** How far the reader came in each lesson; nothing if that cannot be read. */
export function readLessonsProgress(storage?: DraftStorage): LessonsProgress {
  try {
    const stored: unknown = JSON.parse((storage ?? localStorage).getItem(progressKey) ?? 'null');
    return progressSchema.safeParse(stored).data ?? noProgress;
  } catch {
    // Private windows may forbid storage: lessons then begin anew on each visit.
    return noProgress;
  }
}

/** Keeps it for the next visit. Returns false if the browser keeps nothing; lessons work on without. */
export function writeLessonsProgress(progress: LessonsProgress, storage?: DraftStorage): boolean {
  try {
    (storage ?? localStorage).setItem(progressKey, JSON.stringify(progress));
    return true;
  } catch {
    return false;
  }
}
