import { type LessonProgress, noLesson } from '../../runs/lesson-progress.ts';
import type { Run } from '../../runs/run.ts';
import { runMeasures } from '../../runs/run-measures.ts';
import { isOver } from '../../runs/reduce-run.ts';
import type { LessonNumbers } from '../../zoo/lesson-numbers.ts';
import type { Lesson, LessonStep } from '../../zoo/lesson.ts';
import type { Recipe } from '../../zoo/recipes.ts';

/** The latest finished run of each recipe, as its text stands in the gallery; and the one under way, if it is of one. */
export interface RecipeRuns {
  readonly finished: ReadonlyMap<string, Run>;
  readonly running: { readonly recipe: string; readonly run: Run } | null;
  /** The latest run of a recipe where it failed or was stopped, and none finished. */
  readonly failed: ReadonlyMap<string, Run>;
}

export function recipeRuns(runs: readonly Run[], recipes: readonly Recipe[]): RecipeRuns {
  const idByText = new Map(recipes.map(({ id, text }) => [text, id]));
  const finished = new Map<string, Run>();
  const failed = new Map<string, Run>();
  let running: RecipeRuns['running'] = null;
  for (const run of runs.toSorted((a, b) => a.number - b.number)) {
    const recipe = idByText.get(run.config.text);
    // A run that went on from an epoch of another one had another schedule before.
    if (recipe === undefined || run.forkedFrom !== undefined) continue;
    if (!isOver(run)) running = { recipe, run };
    else (run.status === 'finished' ? finished : failed).set(recipe, run);
  }
  return { finished, running, failed };
}

/** What the reader's own runs came to. */
export function readersNumbers(
  { finished }: Pick<RecipeRuns, 'finished'>,
  rounded: Readonly<Record<string, number>>,
): LessonNumbers {
  const share = (value: number | null | undefined): number | null =>
    value === null || value === undefined ? null : 100 * value;
  return {
    accuracy: (recipe) => share(finished.get(recipe)?.result?.top1),
    rounded: (recipe) => share(rounded[recipe]),
    sizeBytes: (recipe) => {
      const run = finished.get(recipe);
      return run === undefined ? null : runMeasures(run).sizeBytes;
    },
  };
}

/** Recipes of a step that are still to be trained. */
export function missingRuns({ runs }: LessonStep, { finished }: RecipeRuns): readonly string[] {
  return runs.filter((recipe) => !finished.has(recipe));
}

/** "2 of 3 steps", "done", "not begun". */
export function progressWords(lesson: Lesson, progress: LessonProgress = noLesson): string {
  if (progress.isDone) return 'done';
  const said = lesson.steps.filter(({ id }) => progress.predictions[id] !== undefined).length;
  return said === 0 ? `${lesson.steps.length} steps` : `step ${progress.step + 1} of ${lesson.steps.length}`;
}
