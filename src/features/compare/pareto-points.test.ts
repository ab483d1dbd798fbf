import { expect, test } from 'vitest';
import { fixtureFinishedRun, fixtureRun } from '../../runs/run-fixture.ts';
import { frontLine, paretoMarks, paretoPoints, paretoSummary, paretoTable } from './pareto-points.ts';
import { runRows } from './run-rows.ts';

const rows = runRows([fixtureRun('c', 3), fixtureFinishedRun('a', 1), fixtureFinishedRun('b', 2)], {
  nameOf: () => 'toy',
  baseline: null,
}).map((row) => (row.id === 'b' ? { ...row, accuracy: 0.9, sizeBytes: 10 } : row));

test('runs without an accuracy are not drawn; who costs more and achieves less is off the front', () => {
  const points = paretoPoints(rows, 'size');
  expect(points.map(({ row, isOnFront }) => [row.id, isOnFront])).toEqual([
    ['a', true],
    ['b', false],
  ]);
  expect(frontLine(points).points).toEqual(
    [{ x: 4, y: 97.4 }].map(({ x, y }) => ({ x, y: expect.closeTo(y) as number })),
  );
  expect(paretoMarks(points, 'size', 'b').map(({ look, isCurrent }) => [look, isCurrent])).toEqual([
    ['solid', false],
    ['hollow', true],
  ]);
});

test('table and summary say in words what the picture dims', () => {
  const points = paretoPoints(rows, 'size');
  expect(paretoTable(points, 'size').rows[1]?.cells).toEqual([
    '2',
    'toy',
    '90.0',
    '10 B',
    'no, another run is better in both',
  ]);
  expect(paretoSummary(points)).toBe('On the front: run 1. 1 of 2 runs are beaten in both.');
});
