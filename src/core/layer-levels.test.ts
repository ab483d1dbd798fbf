import fc from 'fast-check';
import { expect, test } from 'vitest';
import { levelCount } from './element-masks.ts';
import { shortestShare, sparsityOfLevels } from './layer-levels.ts';
import { structuresToPrune } from './rank-structures.ts';

test('the shares of some counts are short', () => {
  expect(shortestShare(3, 8)).toBe(0.4);
  expect(shortestShare(7, 8)).toBe(0.9);
  expect(shortestShare(44, 100)).toBe(0.44);
  expect(shortestShare(0, 5)).toBe(0);
  expect(shortestShare(5, 5)).toBe(1);
  expect(shortestShare(90, 100)).toBe(0.9);
});

test('a pruner makes exactly the count of a share', () => {
  const counts = fc
    .integer({ min: 1, max: 3_000_000 })
    .chain((pieces) => fc.record({ pieces: fc.constant(pieces), pruned: fc.integer({ min: 0, max: pieces }) }));
  fc.assert(
    fc.property(counts, ({ pieces, pruned }) => {
      const share = shortestShare(pruned, pieces);
      expect(levelCount(pieces, share)).toBe(pruned);
      expect(structuresToPrune(pieces, share)).toBe(pruned);
    }),
  );
});

test('the sparsity of all counts each layer by its size', () => {
  const levels = [
    { parameter: 'a', size: 100, pieces: 100, pruned: 50 },
    { parameter: 'b', size: 300, pieces: 4, pruned: 1 },
  ];
  expect(sparsityOfLevels(levels)).toBeCloseTo(125 / 400, 12);
  expect(sparsityOfLevels([])).toBe(0);
});

test('more than there is cannot go', () => {
  expect(() => shortestShare(3, 2)).toThrow(RangeError);
});
