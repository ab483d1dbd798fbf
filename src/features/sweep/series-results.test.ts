import { expect, test } from 'vitest';
import { fixtureFinishedRun, fixtureMetrics } from '../../runs/run-fixture.ts';
import type { Run } from '../../runs/run.ts';
import type { Series } from '../../runs/series.ts';
import {
  lineThrough,
  resultsTable,
  seedLines,
  seedPoints,
  seedSummary,
  seriesResults,
  sweepMarks,
  tradeoffMarks,
} from './series-results.ts';

function achieved(id: string, top1: number): Run {
  const run = fixtureFinishedRun(id, 1);
  const epochs = [0, 1].map((epoch) => ({
    ...fixtureMetrics(epoch),
    validation: { loss: 1, top1: top1 - 0.1 * (1 - epoch) },
  }));
  return { ...run, epochs, result: { ...run.result!, top1 } };
}

const item = { epochs: 2, runId: 'x', problem: null } as const;
const series: Series = {
  id: 's',
  kind: 'sweep',
  path: 'pruners.agp.final_sparsity',
  text: '',
  createdAt: 0,
  state: 'done',
  items: [
    { ...item, value: 0.9, state: 'finished' },
    { ...item, value: 0.5, state: 'finished' },
    { ...item, value: 0.7, state: 'failed' },
    { ...item, value: 0.8, state: 'finished' },
  ],
};
const results = seriesResults(series, [achieved('a', 0.8), achieved('b', 0.9), achieved('c', 0.1), null]);

test('the line of a sweep goes through finished runs in the order of their values', () => {
  const marks = sweepMarks(results, series.path, 'a');
  expect(marks.map(({ x, y, isCurrent }) => [x, y, isCurrent])).toEqual([
    [0.5, 90, false],
    [0.9, 80, true],
  ]);
  expect(lineThrough(marks, 'measured')[0]?.points).toHaveLength(2);
});

test('of runs of one size, the front has the most accurate one', () => {
  const marks = tradeoffMarks(results, series.path, null);
  expect(marks.map(({ name, look }) => [name, look])).toEqual([
    ['0.5', 'solid'],
    ['0.9', 'hollow'],
  ]);
  expect(lineThrough(marks, 'front')[0]?.points).toHaveLength(1);
});

test('the table has every value, also those that failed or whose run was deleted', () => {
  expect(resultsTable(results, series.path).rows.map(({ cells }) => [cells[0], cells[1], cells[4]])).toEqual([
    ['0.9', '80.0 %', 'finished'],
    ['0.5', '90.0 %', 'finished'],
    ['0.7', '10.0 %', 'failed'],
    ['0.8', '–', 'finished'],
  ]);
});

test('seeds have a mean and a band after each epoch that some of them reached', () => {
  const short = { ...achieved('c', 0.6), epochs: achieved('c', 0.6).epochs.slice(0, 1) };
  const runs = [achieved('a', 0.8), achieved('b', 0.9), short];
  const points = seedPoints(runs);
  expect(points.map(({ x, count }) => [x, count])).toEqual([
    [1, 3],
    [2, 2],
  ]);
  expect(points[0]?.mean).toBeCloseTo((70 + 80 + 50) / 3);
  expect([points[1]?.low, points[1]?.high]).toEqual([80, 90]);
  expect(seedLines(runs, points).at(-1)).toMatchObject({ id: 'mean', look: 'measured' });
});

test('one run is no average', () => {
  expect(seedSummary(results)).toBe('85.0 % accuracy on average, 80.0 to 90.0 % over 2 seeds');
  expect(seedSummary(results.slice(0, 1))).toBeNull();
});
