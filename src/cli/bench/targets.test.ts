import { expect, it } from 'vitest';
import { recordOf, rowOf } from './bench-fixture.ts';
import { missingResult } from './bench-record.ts';
import { targetsOf } from './targets.ts';

const target = (results: Parameters<typeof recordOf>[0], what: string) =>
  targetsOf(recordOf(results)).find((candidate) => candidate.what === what);
const spread = (median: number) => ({ median, min: median, max: median });

it('a ratio is that of medians, against the wanted one', () => {
  const fit = (median: number) => rowOf({ system: 'tfjs-fit', msPerStep: spread(median) });
  const what = 'cnn: model.fit / ours';
  expect(target([rowOf({}), fit(300)], what)).toMatchObject({ wanted: '≥ 30.0×', measured: '30.0×', isReached: true });
  expect(target([rowOf({}), fit(290)], what)).toMatchObject({ measured: '29.0×', isReached: false });
});

it('what was not measured is neither reached nor missed', () => {
  const failed = missingResult({ model: 'cnn', system: 'ours', variant: 'plain' }, 'FAILED: device lost');
  for (const { what, measured, isReached } of targetsOf(recordOf([failed]))) {
    if (what.startsWith('cnn')) expect({ measured, isReached }).toEqual({ measured: null, isReached: null });
  }
});

it('compression is compared with the plain step of the same system', () => {
  const rows = [rowOf({}), rowOf({ variant: 'mask+qat', msPerStep: spread(10.5), dispatches: 12 })];
  expect(target(rows, 'cnn: time for mask + QAT')).toMatchObject({ measured: '5 %', isReached: true });
  expect(target(rows, 'cnn: more for mask + QAT')).toMatchObject({ wanted: '≤ 2', measured: '3', isReached: false });
});

it('models that were not measured have no targets, and the worker always has one', () => {
  const targets = targetsOf(recordOf([rowOf({ model: 'mlp' })]));
  expect(targets.every(({ what }) => what.startsWith('mlp') || what.startsWith('worker'))).toBe(true);
  expect(targets.at(-1)).toEqual({
    what: 'worker, gzip',
    wanted: '≤ 90.0 KiB',
    measured: '100.0 KiB',
    isReached: false,
  });
});
