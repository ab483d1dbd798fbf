import { expect, test } from 'vitest';
import { plainNetwork, randomBatch, randomValues } from '../network-fixtures.ts';
import { collectStatistics, StatisticsCollector } from './calibration.ts';
import { decodeStatistics, encodeStatistics } from './calibration-file.ts';

const batch = (rows: readonly (readonly number[])[]) => ({
  shape: [rows.length, rows[0]!.length],
  values: Float32Array.from(rows.flat()),
});

function collect(rule: 'samples' | 'distiller', batches: readonly ReturnType<typeof batch>[]) {
  const collector = new StatisticsCollector(rule);
  for (const one of batches) collector.observe('layer', [], one);
  collector.startSecondPass();
  for (const one of batches) collector.observe('layer', [], one);
  return collector.statistics().get('layer')!.output;
}

const batches = [
  batch([
    [0, 2],
    [2, 4],
  ]),
  batch([[-4, 8]]),
];

test('deviations are about the mean of all batches, with divisor n', () => {
  const statistics = collect('samples', batches);
  expect(statistics).toMatchObject({ min: -4, max: 8, mean: 2, total_numel: 6 });
  expect(statistics.std).toBeCloseTo(Math.sqrt((4 + 0 + 0 + 4 + 36 + 36) / 6), 12);
  expect(statistics.b).toBeCloseTo((2 + 0 + 0 + 2 + 6 + 6) / 6, 12);
});

test('the extremes of the samples are averaged over the samples', () => {
  const { avg_min, avg_max } = collect('samples', batches);
  expect(avg_min).toBeCloseTo((0 + 2 - 4) / 3, 12);
  expect(avg_max).toBeCloseTo((2 + 4 + 8) / 3, 12);
});

test("Distiller's average lets the elements of earlier batches weigh as samples", () => {
  const { avg_min, avg_max } = collect('distiller', batches);
  expect(avg_min).toBeCloseTo((4 * 1 - 4) / 5, 12);
  expect(avg_max).toBeCloseTo((4 * 3 + 8) / 5, 12);
});

test('samples of one value count as one sample per batch in the way of Distiller', () => {
  const single = [batch([[1], [3]]), batch([[5], [9]])];
  expect(collect('distiller', single)).toMatchObject({ avg_min: (2 * 1 + 5) / 3, avg_max: (2 * 3 + 9) / 3 });
  expect(collect('samples', single)).toMatchObject({ avg_min: 4.5, avg_max: 4.5 });
});

test('every layer of a network has statistics of its inputs and its output', () => {
  const statistics = collectStatistics(plainNetwork, randomValues(plainNetwork, 1), [randomBatch(plainNetwork, 3, 2)]);
  expect([...statistics.keys()]).toEqual(plainNetwork.layers.map(({ name }) => name));
  const conv = statistics.get('conv1')!.output;
  expect(statistics.get('bn1')!.inputs[0]).toEqual(conv);
  expect(conv.shape).toEqual([3, 6, 6, 4]);
  expect(() => collectStatistics(plainNetwork, new Map(), [])).toThrow(RangeError);
});

test('the second pass must bring the same layers', () => {
  const collector = new StatisticsCollector();
  collector.startSecondPass();
  expect(() => collector.observe('late', [], batch([[1]]))).toThrow('late');
});

test('statistics come back from the file that they were written to', () => {
  const statistics = collectStatistics(plainNetwork, randomValues(plainNetwork, 1), [randomBatch(plainNetwork, 3, 2)]);
  const record = encodeStatistics(statistics);
  expect(record['conv1']!.output.shape).toBe('(3, 4, 6, 6)');
  const decoded = decodeStatistics(JSON.parse(JSON.stringify(record)));
  expect(decoded).toEqual({ ok: true, value: statistics });
});

test("Distiller's files read with module prefixes, list inputs, and without newer keys", () => {
  const tensor = { min: -1, max: 2, avg_min: 0, avg_max: 1, mean: 0.5, std: 1, b: 0.7 };
  const decoded = decodeStatistics({ 'module.conv1': { inputs: [tensor], output: { ...tensor, shape: '(4,)' } } });
  expect(decoded.ok && decoded.value.get('conv1')).toEqual({ inputs: [tensor], output: { ...tensor, shape: [4] } });
});

test('all problems of a file are told at once, with their place', () => {
  const decoded = decodeStatistics({
    a: { inputs: {}, output: { min: 'x', max: 1, avg_min: 0, avg_max: 0, mean: 0, std: 0 } },
    b: 3,
  });
  const paths = decoded.ok ? [] : decoded.problems.map(({ path }) => path.join('.'));
  expect(paths).toContain('a.output.min');
  expect(paths).toContain('a.output.b');
  expect(paths).toContain('b');
  expect(decodeStatistics(null)).toMatchObject({ ok: false });
});
