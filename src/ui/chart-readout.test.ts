import { expect, test } from 'vitest';
import { drawnPoints, heldPoint, readout, valueAt } from './chart-readout.ts';
import type { ChartSeries } from './chart-types.ts';

const series = (over: Partial<ChartSeries>): ChartSeries => ({
  id: 'a',
  label: 'fc1',
  colorVar: '--layer-1',
  kind: 'measured',
  stepped: true,
  points: [
    { x: 0, y: 0 },
    { x: 2, y: 0.5 },
  ],
  ...over,
});

test('a stepped series holds its value, a sampled one says only what was sampled', () => {
  expect(valueAt(series({}), 1)).toBe(0);
  expect(valueAt(series({}), 3)).toBe(0.5);
  expect(valueAt(series({ stepped: false }), 1)).toBeNull();
  expect(valueAt(series({ stepped: false }), 2)).toBe(0.5);
});

test('promise and measurement of one label share a row with their gap', () => {
  const promise = series({ id: 'p', kind: 'promised', points: [{ x: 0, y: 0.2 }] });
  expect(readout([promise, series({})], 2, 2.5)).toMatchObject([
    { label: 'fc1', promised: 0.2, measured: 0.5, gap: 0.3 },
  ]);
});

test('after the playhead there is only the promise', () => {
  const promise = series({ id: 'p', kind: 'promised', points: [{ x: 0, y: 0.2 }] });
  expect(readout([promise, series({})], 4, 2.5)).toMatchObject([{ promised: 0.2, measured: null, gap: null }]);
});

test('raw streams have no row', () => {
  expect(readout([series({ kind: 'raw' })], 2, 3)).toEqual([]);
});

test('a stepped promise is drawn on to the last epoch, a measurement is not', () => {
  expect(drawnPoints(series({ kind: 'promised' }), 12).at(-1)).toEqual({ x: 12, y: 0.5, isMarked: false });
  expect(drawnPoints(series({}), 12)).toHaveLength(2);
});

test('a stepped measurement holds on to the playhead, a sampled one does not', () => {
  expect(heldPoint(series({}), 2.5)).toEqual({ x: 2, y: 0.5 });
  expect(heldPoint(series({}), 2)).toBeNull();
  expect(heldPoint(series({}), null)).toBeNull();
  expect(heldPoint(series({ stepped: false }), 2.5)).toBeNull();
});

test('not a number is drawn as a gap', () => {
  expect(drawnPoints(series({ points: [{ x: 1, y: Number.NaN }] }), 12)[0]?.y).toBeNull();
});
