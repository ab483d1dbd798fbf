import { expect, test } from 'vitest';
import { cursorAfterKey } from './chart-surface.tsx';
import { layerStyle } from './layer-colors.ts';
import { laneStrength } from './lanes-chart.tsx';
import { createPlot, epochAt, epochStep, linearTicks, logTicks, spreadLabels } from './plot-scale.ts';

const OPTIONS = {
  width: 200,
  height: 120,
  margin: { left: 40, right: 10, top: 10, bottom: 20 },
  epochs: 10,
  yDomain: [0, 1],
  yScale: 'linear',
} as const;

test('the corners of the plot are the ends of the domains', () => {
  const plot = createPlot(OPTIONS);
  expect([plot.x(0), plot.x(10), plot.y(0), plot.y(1)]).toEqual([40, 190, 100, 10]);
});

test('a logarithmic axis puts equal ratios at equal distances and refuses zero', () => {
  const plot = createPlot({ ...OPTIONS, yDomain: [0.01, 1], yScale: 'log' });
  expect(plot.y(0.1)).toBeCloseTo(55);
  expect(() => createPlot({ ...OPTIONS, yScale: 'log' })).toThrow(RangeError);
});

test('ticks are round and lie within the domain', () => {
  expect(linearTicks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(linearTicks(0.9, 1, 5)).toEqual([0.9, 0.92, 0.94, 0.96, 0.98, 1]);
  expect(linearTicks(3, 3, 5)).toEqual([3]);
  expect(logTicks(0.08, 2.6)).toEqual([0.1, 0.3, 1]);
  expect(logTicks(0.094, 0.269)).toEqual([0.1, 0.15, 0.2]);
  expect(logTicks(0.21, 0.28)).toEqual([0.21, 0.28]);
  expect(logTicks(0.5, 4e36)).toEqual([1, 1e7, 1e14, 1e21, 1e28, 1e35]);
});

test('the ruler numbers every second or fourth of twelve epochs', () => {
  expect(epochStep(12, 550)).toBe(2);
  expect(epochStep(12, 140)).toBe(4);
  expect(epochStep(4, 300)).toBe(1);
});

test('a pixel becomes the nearest epoch, also outside of the plot', () => {
  const plot = createPlot(OPTIONS);
  expect(epochAt(plot, 10, 40 + 15 * 3.4)).toBe(3);
  expect(epochAt(plot, 10, 0)).toBe(0);
  expect(epochAt(plot, 10, 500)).toBe(10);
});

test('labels are pushed apart, stay inside and keep their order', () => {
  expect(spreadLabels([50, 52, 20], 13, 0, 100)).toEqual([50, 63, 20]);
  expect(spreadLabels([95, 99], 13, 0, 100)).toEqual([87, 100]);
  expect(spreadLabels([20.2, 20.1, 19.9], 13, 0, 100)).toEqual([20.2, 33.2, 46.2]);
  expect(spreadLabels([1, 2, 3], 13, 0, 13)).toEqual([0, 13, null]);
});

test('arrows move the cursor, Home and End jump, Escape frees it, other keys are not its', () => {
  expect(cursorAfterKey('ArrowRight', 11, 12)).toBe(12);
  expect(cursorAfterKey('ArrowRight', 12, 12)).toBe(12);
  expect(cursorAfterKey('ArrowLeft', null, 12)).toBe(12);
  expect(cursorAfterKey('Home', 5, 12)).toBe(0);
  expect(cursorAfterKey('End', 5, 12)).toBe(12);
  expect(cursorAfterKey('Escape', 5, 12)).toBeNull();
  expect(cursorAfterKey('x', 5, 12)).toBeUndefined();
});

test('layers differ by colour and marker, the second six are hollow and dashed, the 13th starts again', () => {
  expect(layerStyle(0)).toEqual({ colorVar: '--layer-1', marker: { shape: 'circle', hollow: false }, dash: undefined });
  expect(layerStyle(6)).toEqual({ colorVar: '--layer-7', marker: { shape: 'circle', hollow: true }, dash: '7 3' });
  expect(layerStyle(12)).toEqual(layerStyle(0));
  expect(() => layerStyle(-1)).toThrow(RangeError);
});

test('fewer bits make a stronger lane', () => {
  expect([32, 16, 8, 4, 2].map(laneStrength)).toEqual([10, 18, 27, 42, 56]);
  expect(laneStrength(6)).toBeGreaterThan(27);
  expect(laneStrength(6)).toBeLessThan(42);
  expect(laneStrength(64)).toBe(10);
});
