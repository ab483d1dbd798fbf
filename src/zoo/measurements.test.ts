import { describe, expect, it } from 'vitest';
import { measurements, textMark } from './measurements.ts';
import { findRecipe } from './recipes.ts';

describe('measurements', () => {
  it.each(Object.entries(measurements))('of %s are of its text as it is', (id, { text, runs }) => {
    expect(text).toBe(textMark(findRecipe(id)?.text ?? ''));
    expect(runs.length).toBeGreaterThan(0);
    expect(new Set(runs.map(({ seed }) => seed)).size).toBe(runs.length);
  });

  it('tell one text from another', () => {
    expect(textMark('epochs: 8')).not.toBe(textMark('epochs: 9'));
    expect(textMark('epochs: 8')).toMatch(/^[0-9a-f]{8}$/);
  });
});
