import type { LessonMeasure } from '../lesson-numbers.ts';
import type { LessonAsk } from '../lesson.ts';

/** Asks for the accuracy of a recipe on the whole test set. */
export function accuracyAsk(recipe: string, min = 0): LessonAsk {
  return percentAsk('Accuracy', (numbers) => numbers.accuracy(recipe), min);
}

/** Asks for the accuracy of a recipe after its network was rounded. */
export function roundedAsk(recipe: string): LessonAsk {
  return percentAsk('Accuracy after rounding', (numbers) => numbers.rounded(recipe), 0);
}

function percentAsk(label: string, measure: LessonMeasure, min: number): LessonAsk {
  return { kind: 'number', label, min, max: 100, step: 0.5, unit: '%', measure };
}
