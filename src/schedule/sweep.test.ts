import { expect, test } from 'vitest';
import { zoo } from '../zoo/zoo.ts';
import { parseSchedule } from './parse-schedule.ts';
import { rangeValues } from './sweep.ts';

const withSweep = (sweep: string): string => `training:
  model: mlp_2d
  epochs: 2
  sweep: ${sweep}
pruners:
  half: {class: SparsityLevelParameterPruner, levels: {fc2.weight: 0.5}}
policies:
  - pruner: {instance_name: half}
    starting_epoch: 0
    ending_epoch: 2
    frequency: 1
`;

function codesOf(sweep: string): readonly string[] {
  return parseSchedule(withSweep(sweep), zoo).diagnostics.map(({ code }) => code);
}

test('a sweep over a list keeps each value once, in its order', () => {
  const parsed = parseSchedule(withSweep('{path: pruners.half.levels.fc2.weight, values: [0.9, 0.5, 0.9]}'), zoo);
  expect(parsed.ok && parsed.value.sweep).toEqual({
    path: 'pruners.half.levels.fc2.weight',
    values: [0.9, 0.5],
    maxRuns: 20,
    maxEpochs: 1000,
  });
  expect(parsed.diagnostics).toEqual([]);
});

test('a text without a sweep has none', () => {
  const parsed = parseSchedule(withSweep(''), zoo);
  expect(parsed.ok && 'sweep' in parsed.value).toBe(false);
});

test('a range of whole numbers stays whole, and the budget is said', () => {
  const parsed = parseSchedule(withSweep('{path: training.epochs, from: 2, to: 5, count: 9, max_runs: 3}'), zoo);
  expect(parsed.ok && parsed.value.sweep?.values).toEqual([2, 3, 4, 5]);
  expect(parsed.diagnostics.map(({ code }) => code)).toEqual(['sweep-budget']);
});

test('ranges are linear or logarithmic, ends included', () => {
  const range = { from: 0.001, to: 0.1, count: 3, whole: false } as const;
  expect(rangeValues({ ...range, scale: 'log' })).toEqual([0.001, 0.01, 0.1]);
  expect(rangeValues({ ...range, scale: 'linear' })).toEqual([0.001, 0.0505, 0.1]);
  expect(() => rangeValues({ ...range, from: 0, scale: 'log' })).toThrow(RangeError);
});

test.each([
  ['7', 'wrong-type'],
  ['{values: [1]}', 'missing-argument'],
  ['{path: training.epochs}', 'sweep-values'],
  ['{path: training.epochs, values: [1], from: 1, to: 2}', 'sweep-values'],
  ['{path: training.epochs, from: 0, to: 2, scale: log}', 'sweep-values'],
  ['{path: training.model, values: [1]}', 'sweep-path'],
  ['{path: pruners.half.levels.fc9.weight, values: [1]}', 'sweep-path'],
  ['{path: training.epochs, values: [a]}', 'wrong-type'],
  ['{path: training.epochs, value: [1]}', 'unknown-key'],
])('`sweep: %s` is reported as %s', (sweep, code) => {
  expect(codesOf(sweep)).toContain(code);
});

test('a path with a slip offers the number that was meant', () => {
  const { diagnostics } = parseSchedule(withSweep('{path: pruners.half.levels.fc2.wieght, values: [0.5]}'), zoo);
  expect(diagnostics[0]?.fixes[0]?.text).toBe('pruners.half.levels.fc2.weight');
});
