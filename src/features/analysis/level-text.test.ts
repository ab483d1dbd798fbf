import { expect, test } from 'vitest';
import { levelsOfAll } from '../../core/layer-levels.ts';
import { levelText, piecesText, totalText } from './level-text.ts';

test('levels have as many digits as they need', () => {
  expect(levelText({ pruned: 87, pieces: 100 })).toBe('87 %');
  expect(levelText({ pruned: 3, pieces: 8 })).toBe('37.5 %');
  expect(levelText({ pruned: 9973, pieces: 10_000 })).toBe('99.73 %');
});

test('layers that were not scanned count with nothing', () => {
  const scanned = [{ parameter: 'conv.weight', size: 100, pieces: 4, pruned: 1 }];
  const all = levelsOfAll(scanned, [
    { name: 'conv.weight', size: 100 },
    { name: 'fc.weight', size: 150 },
  ]);
  expect(totalText(all)).toBe('10.0 % of the weights go');
  expect(piecesText(scanned[0]!, 'filter')).toBe('1 of 4 filters');
});
