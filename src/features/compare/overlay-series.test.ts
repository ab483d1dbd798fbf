import { expect, test } from 'vitest';
import { fixtureFinishedRun, fixtureMetrics } from '../../runs/run-fixture.ts';
import { overlaidRuns, overlayDomain, overlayMetrics, overlaySeries, overlayValue } from './overlay-series.ts';

const [accuracy, , sparsity, size] = overlayMetrics;
const run = fixtureFinishedRun('a', 1);
const pink = { ...fixtureFinishedRun('b', 2), label: { name: '', color: 'pink', tags: [], note: '' } as const };

test('a run is drawn in the colour that its reader gave it, with a marker of its own', () => {
  const [first, second] = overlaidRuns([run, pink], () => 'x');
  expect([first?.style.colorVar, second?.style.colorVar]).toEqual(['--layer-1', '--layer-4']);
  expect(second?.style.marker.shape).not.toBe(first?.style.marker.shape);
  expect(second?.label).toBe('2 x');
});

test('points of a run that has not changed are the same, so that its line is not drawn again', () => {
  const [one] = overlaySeries(
    overlaidRuns([run], () => 'x'),
    accuracy!,
  );
  const [again] = overlaySeries(
    overlaidRuns([run], () => 'y'),
    accuracy!,
  );
  expect(again?.points).toBe(one?.points);
  expect(one?.points).toEqual([
    { x: 1, y: 90 },
    { x: 2, y: 90 },
  ]);
});

test('a long run is thinned to what can be seen, its last epoch included', () => {
  const long = { ...run, epochs: Array.from({ length: 1001 }, (_, epoch) => fixtureMetrics(epoch)) };
  const [series] = overlaySeries(
    overlaidRuns([long], () => 'x'),
    size!,
  );
  expect(series?.points.length).toBeLessThanOrEqual(202);
  expect(series?.points.at(-1)?.x).toBe(1001);
});

test('a value is read at the cursor, at the end without one, and nowhere after the end', () => {
  const [series] = overlaySeries(
    overlaidRuns([run], () => 'x'),
    sparsity!,
  );
  expect([overlayValue(series!, null), overlayValue(series!, 1), overlayValue(series!, 3)]).toEqual([50, 50, null]);
  expect(overlayDomain([series!], sparsity!)).toEqual([0, 100]);
});
