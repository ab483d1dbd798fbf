import { expect, test } from 'vitest';
import { fixtureFinishedRun, fixtureRun } from '../../runs/run-fixture.ts';
import { runRows } from './run-rows.ts';
import { newestFirst, nextSorting, sortedRows } from './run-sorting.ts';

const better = fixtureFinishedRun('b', 2);
const runs = [
  fixtureFinishedRun('a', 1),
  { ...better, result: { ...better.result!, top1: 0.99 } },
  { ...fixtureRun('c', 3), label: { name: 'aa', color: null, tags: [], note: '' } },
];
const rows = runRows(runs, { nameOf: () => null, baseline: null });
const order = (column: Parameters<typeof nextSorting>[1], direction: 'ascending' | 'descending'): string =>
  sortedRows(rows, { column, direction })
    .map(({ number }) => number)
    .join('');

test('rows without a value come last in both directions', () => {
  expect(order('accuracy', 'descending')).toBe('213');
  expect(order('accuracy', 'ascending')).toBe('123');
});

test('equal rows stay newest first, and names are ordered as words', () => {
  expect(order('sparsity', 'ascending')).toBe('213');
  expect(order('name', 'ascending')).toBe('321');
});

test('a head turns its direction, and begins with what most look for', () => {
  expect(nextSorting(newestFirst, 'number').direction).toBe('ascending');
  expect(nextSorting(newestFirst, 'sizeBytes').direction).toBe('ascending');
  expect(nextSorting(newestFirst, 'accuracy').direction).toBe('descending');
});
