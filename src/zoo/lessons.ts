import type { Lesson } from './lesson.ts';
import { combining } from './lessons/combining.ts';
import { distillation } from './lessons/distillation.ts';
import { gradualOrOneCut } from './lessons/gradual-or-one-cut.ts';
import { learnedOrRounded } from './lessons/learned-or-rounded.ts';
import { sensitivity } from './lessons/sensitivity.ts';
import { structures } from './lessons/structures.ts';
import { whatABitCosts } from './lessons/what-a-bit-costs.ts';
import { whatPruningIs } from './lessons/what-pruning-is.ts';

/** In teaching order. */
export const lessons: readonly Lesson[] = [
  whatPruningIs,
  gradualOrOneCut,
  sensitivity,
  structures,
  whatABitCosts,
  learnedOrRounded,
  distillation,
  combining,
];

/** The lesson of exactly this id, or `undefined`. */
export function findLesson(id: string): Lesson | undefined {
  return lessons.find((lesson) => lesson.id === id);
}
