import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dropLowest, keepLargest, structuresToPrune } from './rank-structures.ts';

test('the count is rounded down, to whole groups, and the last structure stays', () => {
  expect(structuresToPrune(8, 0.3)).toBe(2);
  expect(structuresToPrune(8, 0.9, 4)).toBe(4);
  expect(structuresToPrune(8, 0.7, 1, Math.ceil)).toBe(6);
  expect(structuresToPrune(4, 0.99, 1, Math.ceil)).toBe(3);
  expect(structuresToPrune(4, 1)).toBe(4);
});

test('the smallest structures go, and those that tie with the largest of them', () => {
  expect([...keepLargest(Float32Array.of(3, 1, 2, 2, 4), 2)]).toEqual([1, 0, 0, 0, 1]);
});

test('dropping by score removes exactly as many as asked, ties or not', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1 }), fc.nat(), (scores, wish) => {
      const prune = wish % (scores.length + 1);
      const keep = dropLowest(scores, prune);
      expect(keep.filter((value) => value === 0)).toHaveLength(prune);
    }),
  );
});
