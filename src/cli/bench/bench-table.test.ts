import { expect, it } from 'vitest';
import { recordOf, rowOf } from './bench-fixture.ts';
import { missingResult } from './bench-record.ts';
import { columns, tableLines } from './bench-table.ts';

it('columns stand under each other, the first to the left', () => {
  expect(
    columns([
      ['a', '1'],
      ['bcd', '10', 'x'],
    ]),
  ).toEqual(['a     1', 'bcd  10  x']);
});

it('a case lists its systems in the order of the table, with times relative to ours', () => {
  const slow = rowOf({ system: 'tfjs-fit', msPerStep: { median: 305, min: 300, max: 400 } });
  const lines = tableLines(recordOf([slow, rowOf({})]));
  const start = lines.findIndex((line) => line.startsWith('cnn, plain'));
  expect(lines[start + 1]).toMatch(/^ {2}ours +10 +9-12 +1 /);
  expect(lines[start + 2]).toMatch(/^ {2}tfjs-fit +305 +300-400 +30\.5 /);
});

it('what was not measured is named with its reason', () => {
  const row = missingResult({ model: 'mlp', system: 'jax-js-wasm', variant: 'plain' }, 'no such thing');
  expect(tableLines(recordOf([row]))).toContain('  jax-js-wasm: no such thing');
});

it('growth and memory have lines of their own', () => {
  const point = {
    along: 'batch-size',
    model: 'cnn',
    system: 'ours',
    msPerStep: { median: 7, min: 7, max: 7 },
  } as const;
  const lines = tableLines({
    ...recordOf([]),
    growth: [
      { ...point, value: 1 },
      { ...point, value: 64, msPerStep: null },
    ],
    leak: [{ model: 'mlp', system: 'ours', points: [{ steps: 500, gpuBytes: 2 ** 21, residentBytes: null }] }],
  });
  expect(lines.find((line) => line.includes('batch-size, ours'))).toMatch(/1: 7 +64: –$/);
  expect(lines.find((line) => line.startsWith('  500'))).toMatch(/500 +2 +–$/);
});

it('figures of a busy machine say so', () => {
  const record = recordOf([]);
  const busy = { ...record, environment: { ...record.environment, load: 7 } };
  expect(tableLines(record).join()).not.toContain('busy');
  expect(tableLines(busy)[1]).toContain('load 7.0');
});
