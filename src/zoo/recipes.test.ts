import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findDataset } from './datasets.ts';
import { acceptsInput } from '../schedule/zoo-port.ts';
import { findModel } from './models.ts';
import { recipeQuestions } from './recipe-questions.ts';
import { findRecipe, recipes } from './recipes.ts';

const folder = new URL('./recipes/', import.meta.url);
const files = readdirSync(folder).sort();

describe('recipes', () => {
  it('have one entry per file and one file per entry', () => {
    expect(recipes.map(({ id }) => `${id}.yaml`).sort()).toEqual(files);
  });

  it('have one question each', () => {
    expect(Object.keys(recipeQuestions).sort()).toEqual(recipes.map(({ id }) => id).sort());
    for (const question of Object.values(recipeQuestions)) expect(question).toMatch(/\?$/);
  });

  it('begin with the yardstick', () => {
    expect(recipes[0]?.id).toBe('dense');
  });

  it('are found by their exact ids', () => {
    for (const recipe of recipes) expect(findRecipe(recipe.id)).toBe(recipe);
    expect(findRecipe('Dense')).toBeUndefined();
  });

  it('have titles that tell them apart', () => {
    expect(new Set(recipes.map(({ title }) => title)).size).toBe(recipes.length);
  });

  describe.each(recipes)('$id', ({ id, text, lookFor, expected }) => {
    const setting = (key: string): string => new RegExp(`^  ${key}: (.+)$`, 'm').exec(text)?.[1] ?? '';

    it('carries the text of its file', () => {
      expect(text).toBe(readFileSync(new URL(`${id}.yaml`, folder), 'utf8'));
    });

    it('names a model and a dataset of the zoo that fit each other', () => {
      const model = findModel(setting('model'));
      const dataset = findDataset(setting('dataset'));
      expect(acceptsInput(model!, dataset!.inputShape)).toBe(true);
      expect(Number(setting('train_size'))).toBeLessThanOrEqual(dataset!.trainSize);
    });

    it('says in one or two sentences what to look for', () => {
      const sentences = lookFor.match(/[.](?= [A-Z*`9]|$)/g) ?? [];
      expect(sentences.length).toBeGreaterThanOrEqual(1);
      expect(sentences.length).toBeLessThanOrEqual(2);
      expect(lookFor).not.toMatch(/!|please/i);
      const mentioned = [...lookFor.matchAll(/`([a-z0-9]+(?:-[a-z0-9]+)+)`/g)].map((match) => match[1]!);
      for (const other of mentioned) expect(findRecipe(other)).toBeDefined();
    });

    it('expects ranges of fractions, in order', () => {
      for (const [low, high] of [expected.top1, expected.sparsity ?? [0, 1]]) {
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeGreaterThan(low);
        expect(high).toBeLessThanOrEqual(1);
      }
    });
  });
});
