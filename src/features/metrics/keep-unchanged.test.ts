import { expect, test } from 'vitest';
import type { ChartSeries } from '../../ui/chart-types.ts';
import type { FigureModel, FigureModels } from './figures.ts';
import { keepUnchanged } from './keep-unchanged.ts';

const yFormat = String;

function series(id: string, values: readonly number[]): ChartSeries {
  const points = values.map((y, x) => ({ x, y }));
  const marker = { shape: 'circle', hollow: false } as const;
  return { id, label: id, colorVar: '--ink', kind: 'measured', marker, stepped: false, points, note: '1 %' };
}

function model(label: string, values: readonly number[]): FigureModel {
  return {
    ...{ label, unit: '%', size: 'small', yScale: 'linear', yFormat, valueFormat: yFormat, directLabels: 'none' },
    ...{ epochs: 4, mainSeries: 'a', summary: label, yDomain: [0, 1] },
    series: [series('a', values), series('b', [1, Number.NaN])],
  };
}

function all(loss: readonly number[]): FigureModels {
  const [accuracy, sparsity, learningRate, size] = ['Accuracy', 'Sparsity', 'Learning rate', 'Size'].map((label) =>
    model(label, [1, 2]),
  ) as [FigureModel, FigureModel, FigureModel, FigureModel];
  return { accuracy, sparsity, loss: model('Loss', loss), learningRate, size };
}

test('figures that say the same are the figures from before', () => {
  const before = all([1, 2]);
  expect(keepUnchanged(before, all([1, 2]))).toBe(before);
});

test('a figure that moves is new, and in it only the series that moves', () => {
  const before = all([1, 2]);
  const next = keepUnchanged(before, all([1, 2, 3]));
  expect(next.accuracy).toBe(before.accuracy);
  expect(next.loss).not.toBe(before.loss);
  expect(next.loss.series[0]?.points).toHaveLength(3);
  expect(next.loss.series[1]).toBe(before.loss.series[1]);
});

test.each<[string, (one: FigureModel) => FigureModel]>([
  ['domain', (one) => ({ ...one, yDomain: [0, 2] })],
  ['summary', (one) => ({ ...one, summary: 'other' })],
  ['number of series', (one) => ({ ...one, series: one.series.slice(1) })],
  ['note of a series', (one) => ({ ...one, series: one.series.map((line) => ({ ...line, note: '2 %' })) })],
  ['marker of a series', (one) => ({ ...one, series: one.series.map((line) => ({ ...line, marker: null })) })],
  ['value of a point', (one) => ({ ...one, series: [series('a', [1, 5]), series('b', [1, Number.NaN])] })],
])('another %s is seen', (_, change) => {
  const before = all([1]);
  const next = { ...before, size: change(before.size) };
  expect(keepUnchanged(before, next).size).toEqual(next.size);
});
