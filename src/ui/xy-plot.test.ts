import { expect, test } from 'vitest';
import { bandPath, linePath, nearestMark, paddedDomain, scaleFor, xyPlot, type XyMark } from './xy-plot.ts';

const size = { width: 160, height: 148 };
const plot = xyPlot(size, { xDomain: [0, 10], xScale: 'linear', yDomain: [0, 100] });

test('a front steps to the right before it rises, other lines go straight', () => {
  const points = [
    { x: 0, y: 0 },
    { x: 10, y: 100 },
  ];
  expect(linePath(plot, { id: 'a', look: 'front', points })).toBe('M44 114H144V14');
  expect(linePath(plot, { id: 'a', look: 'measured', points })).toBe('M44 114L144 14');
  expect(linePath(plot, { id: 'a', look: 'measured', points: [{ x: 5, y: Number.NaN }] })).toBe('');
});

test('a band goes along its upper edge and back along the lower one', () => {
  const points = [
    { x: 0, low: 0, high: 50 },
    { x: 10, low: 50, high: 100 },
  ];
  expect(bandPath(plot, { points })).toBe('M44 64L144 14L144 64L44 114Z');
  expect(bandPath(plot, { points: [] })).toBe('');
});

test('a logarithmic axis puts equal ratios equally far apart', () => {
  const log = xyPlot(size, { xDomain: [1, 100], xScale: 'log', yDomain: [0, 1] });
  expect(log.at(10) - log.at(1)).toBeCloseTo(log.at(100) - log.at(10));
});

test('the scale follows the values, and so do the ends', () => {
  expect(scaleFor([1, 100])).toBe('log');
  expect(scaleFor([0, 100])).toBe('linear');
  expect(scaleFor([4, 8])).toBe('linear');
  expect(paddedDomain([5], 'linear')).toEqual([4.94, 5.06]);
  expect(paddedDomain([], 'log')).toEqual([1, 10]);
});

test('a mark is found near it, and not far from it', () => {
  const mark: XyMark = { id: 'a', x: 5, y: 50, name: '1', look: 'solid', facts: [] };
  expect(nearestMark(plot, [mark], { x: 100, y: 70 })).toBe(0);
  expect(nearestMark(plot, [mark], { x: 144, y: 14 })).toBe(-1);
});
