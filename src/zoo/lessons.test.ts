import { describe, expect, it } from 'vitest';
import { fillNumbers, ownRange } from './lesson-numbers.ts';
import { findLesson, lessons } from './lessons.ts';
import type { MeasuredRun, Measurements } from './measurements.ts';
import { findRecipe } from './recipes.ts';

const run = (seed: number, top1: number): MeasuredRun => ({
  ...{ seed, top1, sparsity: 0, meanBits: 32, sizeBytes: 1000 / seed },
  ...{ date: '2026-01-02', build: '0.1.0', device: 'webgpu' },
});
const known: Measurements = {
  dense: { text: '', runs: [run(1, 0.98), run(2, 0.976)] },
  pruned: { text: '', runs: [run(1, 0.97)] },
};

describe('lessons', () => {
  it('are eight, found by their exact ids', () => {
    expect(lessons).toHaveLength(8);
    for (const lesson of lessons) expect(findLesson(lesson.id)).toBe(lesson);
    expect(findLesson('What-pruning-is')).toBeUndefined();
  });

  describe.each(lessons)('$id', ({ steps, next }) => {
    it('has two or three steps that each train recipes of the gallery', () => {
      expect(new Set(steps.map(({ id }) => id)).size).toBe(steps.length);
      for (const { runs, before, why, look } of steps) {
        expect(runs.length).toBeGreaterThan(0);
        for (const id of runs) expect(findRecipe(id), id).toBeDefined();
        expect(Math.min(before.length, why.length, look.length)).toBeGreaterThan(0);
      }
    });

    it('measures what its own runs give, and nothing else', () => {
      for (const { ask, runs } of steps) {
        const asked: string[] = [];
        const ofRecipe = (id: string) => asked.push(id);
        const numbers = { accuracy: ofRecipe, rounded: ofRecipe, sizeBytes: ofRecipe };
        if (ask.kind === 'number') expect(ask.measure(numbers)).not.toBeNull();
        else expect(ask.options.map(({ value }) => value)).toContain(ask.answer(numbers));
        expect(asked.length).toBeGreaterThan(0);
        for (const id of asked) expect(runs).toContain(id);
      }
    });

    it('names only recipes that exist, in its words and as what comes next', () => {
      const words = steps.flatMap(({ before, why }) => [...before, ...why]).join(' ');
      const named = [...words.matchAll(/\{([a-z0-9-]+)(?: rounded)?\}/g)].map(([, id = '']) => id);
      for (const id of [...named, ...next.map(({ recipe }) => recipe)]) expect(findRecipe(id), id).toBeDefined();
      expect(next.length).toBeGreaterThan(0);
    });

    it('types no measured accuracy by hand', () => {
      const words = steps.flatMap(({ before, why }) => [...before, ...why]).join(' ');
      expect(words).not.toMatch(/\d\.\d %/);
    });
  });
});

describe('ownRange', () => {
  it('spans the seeds for which everything was measured', () => {
    expect(ownRange(({ accuracy }) => accuracy('dense'), known)).toEqual({ range: [97.6, 98], runs: 2 });
    const both = ownRange(({ accuracy }) => (accuracy('dense') ?? 0) - (accuracy('pruned') ?? Number.NaN), known);
    expect(both?.runs).toBe(2);
    expect(ownRange(({ accuracy }) => accuracy('unknown'), known)).toBeNull();
  });
});

describe('fillNumbers', () => {
  it('puts in what was measured, a range over several seeds', () => {
    expect(fillNumbers('It ends at {dense}. Alone: {pruned}.', known)).toBe(
      'It ends at 97.6 to 98.0 %. Alone: 97.0 %.',
    );
  });

  it('leaves a sentence out whose number nobody measured', () => {
    expect(fillNumbers('Weights go. It ends at {other}. Others stay.', known)).toBe('Weights go. Others stay.');
    expect(fillNumbers('It ends at {dense rounded}.', known)).toBe('');
  });
});
