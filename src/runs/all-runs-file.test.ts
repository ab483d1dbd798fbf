import { strToU8, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { allRunsFile, readAllRunsFile, renumbered } from './all-runs-file.ts';
import { exportedRun } from './imported-run.ts';
import { fixtureFinishedRun, fixtureRun } from './run-fixture.ts';
import type { Series } from './series.ts';

const run = fixtureFinishedRun('run-a', 1);
const tensors = [
  { name: 'fc1.weight', shape: [2, 3], values: Float32Array.of(1, -2, 0.5, 0, 3, 4) },
  { name: 'fc1.bias', shape: [1], values: Float32Array.of(7) },
];
const series: Series = {
  id: 's',
  kind: 'seeds',
  path: 'training.seed',
  text: 'policies: []\n',
  createdAt: 1,
  state: 'done',
  items: [{ value: 1, epochs: 2, state: 'finished', runId: 'run-a', problem: null }],
};

function zipOf(content: unknown): Uint8Array {
  return zipSync({ 'runs.json': strToU8(JSON.stringify(content)) });
}

const empty = { format: 'distiller-playground-runs', version: 1, runs: [], series: [], weights: [] };

test('runs, series and weights come back as they went', () => {
  const file = allRunsFile({
    runs: [run, fixtureRun('busy', 2)],
    series: [series],
    weights: new Map([['run-a', tensors]]),
  });
  const read = readAllRunsFile(file, new Set());
  expect(read).toEqual({
    ok: true,
    value: { runs: [run], series: [series], weights: new Map([['run-a', tensors]]), skipped: [] },
  });
});

test('runs that are here already are left out, with their weights, and that is said', () => {
  const file = allRunsFile({ runs: [run], series: [], weights: new Map([['run-a', tensors]]) });
  const read = readAllRunsFile(file, new Set(['run-a']));
  expect(read).toMatchObject({ ok: true, value: { runs: [], skipped: ['1 run is here already.'] } });
  expect(read.ok && read.value.weights.size).toBe(0);
});

test.each([
  ['a share above 1', { result: { ...run.result, top1: 7 } }],
  ['a status that no run has', { status: 'training' }],
  ['an id that is no id', { id: '../../etc' }],
  [
    'a picture of another size',
    {
      snapshots: {
        x: {
          parameter: 'x',
          histogram: { range: 1, counts: [], pruned: 0 },
          picture: { rows: 9, columns: 9, cells: 'AA' },
        },
      },
    },
  ],
  ['words for numbers', { epochs: [{ epoch: 'first' }] }],
])('an entry with %s is skipped, the others are taken', (_, change) => {
  const file = zipOf({ ...empty, runs: [{ ...exportedRun(run), ...change }, exportedRun({ ...run, id: 'sound' })] });
  const read = readAllRunsFile(file, new Set());
  expect(read.ok && read.value.runs.map(({ id }) => id)).toEqual(['sound']);
  expect(read.ok && read.value.skipped).toHaveLength(1);
});

test('unknown fields of an entry are dropped', () => {
  const read = readAllRunsFile(zipOf({ ...empty, runs: [{ ...exportedRun(run), extra: '<b>' }] }), new Set());
  expect(read.ok && read.value.runs[0]).toEqual(run);
});

test('weights of another size than they say are skipped', () => {
  const weights = [{ runId: 'run-a', file: 'weights/0.bin', parameters: [{ name: 'w', shape: [9] }] }];
  const content = { ...empty, runs: [exportedRun(run)], weights };
  const file = zipSync({ 'runs.json': strToU8(JSON.stringify(content)), 'weights/0.bin': new Uint8Array(4) });
  const read = readAllRunsFile(file, new Set());
  expect(read).toMatchObject({ ok: true, value: { skipped: ['Weights of run 1 cannot be read.'] } });
});

test('what is no such file is refused with a sentence', () => {
  for (const file of [new Uint8Array(3), zipOf({}), zipSync({ 'a.txt': new Uint8Array(1) })]) {
    expect(readAllRunsFile(file, new Set())).toMatchObject({ ok: false });
  }
});

test('imported runs get numbers after the ones of this device, and teachers follow', () => {
  const student = { ...fixtureFinishedRun('run-b', 2), taughtBy: { runId: 'run-a', number: 1 } };
  const added = renumbered([run, student], [fixtureFinishedRun('own', 5)]);
  expect(added.map(({ number }) => number)).toEqual([6, 7]);
  expect(added[1]?.taughtBy).toEqual({ runId: 'run-a', number: 6 });
});
