import { expect, test } from 'vitest';
import { levelsWithin, type SparsityScan } from './scan-levels.ts';

const kernels = [
  { name: 'conv.weight', shape: [5, 5, 4, 8], size: 800 },
  { name: 'fc.weight', shape: [10, 10], size: 100 },
];

function scan(group: SparsityScan['group'], tops: Readonly<Record<string, readonly number[]>>): SparsityScan {
  const results = Object.entries(tops).map(([parameter, values]) => ({
    parameter,
    points: values.map((top1, index) => ({
      ...{ level: (index + 1) / values.length, sparsity: (index + 1) / values.length },
      ...{ top1, top5: 1, loss: 0 },
    })),
  }));
  return { group, untouched: 0.9, results };
}

test('elements go up to the whole percent below the crossing', () => {
  const own = scan('element', { 'conv.weight': [0.9, 0.6], 'fc.weight': [0.88, 0.1] });
  // Between 50 % and 100 %, a third of the fall to 0.6: 0.5 + 0.5 · 0.01 / 0.3.
  expect(levelsWithin(own, kernels, 1)).toEqual([
    { parameter: 'conv.weight', size: 800, pieces: 800, pruned: 408 },
    { parameter: 'fc.weight', size: 100, pieces: 100, pruned: 25 },
  ]);
});

test('filters and channels go as wholes, and the last one stays', () => {
  const tops = { 'conv.weight': [0.9, 0.9, 0.9, 0.6] };
  expect(levelsWithin(scan('filter', tops), kernels, 15)).toMatchObject([{ pieces: 8, pruned: 7 }]);
  expect(levelsWithin(scan('channel', tops), kernels, 15)).toMatchObject([{ pieces: 4, pruned: 3 }]);
  expect(levelsWithin(scan('filter', { 'conv.weight': [0.9] }), kernels, 0)).toMatchObject([{ pruned: 7 }]);
});

test('a few weights stay in every layer', () => {
  const own = scan('element', { 'fc.weight': [0.9] });
  expect(levelsWithin(own, kernels, 0)).toMatchObject([{ pruned: 92 }]);
});

test('a kernel that the model does not have is left out', () => {
  expect(levelsWithin(scan('element', { 'gone.weight': [0.9] }), kernels, 1)).toEqual([]);
});
