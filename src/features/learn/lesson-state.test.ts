import { describe, expect, it } from 'vitest';
import { noLesson } from '../../runs/lesson-progress.ts';
import type { Run } from '../../runs/run.ts';
import { fixtureFinishedRun, fixtureRun } from '../../runs/run-fixture.ts';
import { lessons } from '../../zoo/lessons.ts';
import { findRecipe, recipes } from '../../zoo/recipes.ts';
import { missingRuns, progressWords, readersNumbers, recipeRuns } from './lesson-state.ts';

function of(recipe: string, run: Run): Run {
  return { ...run, config: { version: 1, text: findRecipe(recipe)!.text } };
}

describe('recipeRuns', () => {
  it('knows the latest finished run of a recipe by its text, and the one under way', () => {
    const runs = [
      of('dense', fixtureFinishedRun('b', 2)),
      of('dense', fixtureFinishedRun('a', 1)),
      of('gradual-90', fixtureRun('c', 3)),
      fixtureFinishedRun('other', 4),
    ];
    const { finished, running } = recipeRuns(runs, recipes);
    expect([...finished].map(([recipe, { id }]) => [recipe, id])).toEqual([['dense', 'b']]);
    expect(running?.recipe).toBe('gradual-90');
  });

  it('takes no run that went on from another, and knows which broke off', () => {
    const forked = { ...of('dense', fixtureFinishedRun('a', 1)), forkedFrom: { runId: 'x', number: 1, epoch: 1 } };
    const stopped: Run = { ...of('gradual-90', fixtureFinishedRun('b', 2)), status: 'stopped' };
    const { finished, failed } = recipeRuns([forked, stopped], recipes);
    expect(finished.size).toBe(0);
    expect(failed.get('gradual-90')?.id).toBe('b');
  });
});

describe('readersNumbers', () => {
  it('gives percent and bytes of the reader’s own runs, and null where there are none', () => {
    const run = of('dense', fixtureFinishedRun());
    const numbers = readersNumbers(recipeRuns([run], recipes), { 'post-training-8-3': 0.92 });
    expect(numbers.accuracy('dense')).toBeCloseTo(100 * (run.result?.top1 ?? Number.NaN));
    expect(numbers.sizeBytes('dense')).toBeGreaterThan(0);
    expect(numbers.rounded('post-training-8-3')).toBe(92);
    expect([numbers.accuracy('gradual-90'), numbers.sizeBytes('gradual-90'), numbers.rounded('dense')]).toEqual([
      null,
      null,
      null,
    ]);
  });
});

describe('missingRuns', () => {
  it('are those of the step that nobody trained yet', () => {
    const step = lessons.flatMap(({ steps }) => steps).find(({ runs }) => runs.length > 1)!;
    const [first = '', ...others] = step.runs;
    expect(missingRuns(step, recipeRuns([of(first, fixtureFinishedRun())], recipes))).toEqual(others);
  });
});

describe('progressWords', () => {
  it('says how far the reader came', () => {
    const [lesson] = lessons;
    const [step] = lesson!.steps;
    expect(progressWords(lesson!)).toBe('2 steps');
    expect(progressWords(lesson!, { ...noLesson, predictions: { [step!.id]: 90 } })).toBe('step 1 of 2');
    expect(progressWords(lesson!, { ...noLesson, isDone: true })).toBe('done');
  });
});
