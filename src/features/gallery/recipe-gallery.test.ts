import { describe, expect, it } from 'vitest';
import type { Recipe } from '../../zoo/recipes.ts';
import { expectedText } from './recipe-gallery.tsx';

const recipe: Recipe = {
  id: 'r',
  title: 'R',
  level: 'next',
  lookFor: '',
  text: '',
  expected: { top1: [0.964, 0.977], sparsity: [0.899, 0.901] },
};

describe('expectedText', () => {
  it('names accuracy and sparsity in percent', () => {
    expect(expectedText(recipe)).toBe('Expect 96.4 to 97.7 % accuracy at about 90 % sparsity.');
  });

  it('says nothing of sparsity where none is expected', () => {
    expect(expectedText({ ...recipe, expected: { top1: [0.5, 0.6], sparsity: [0, 0.001] } })).toBe(
      'Expect 50.0 to 60.0 % accuracy.',
    );
  });
});
