import { expect, test } from 'vitest';
import type { MeasuredCost } from '../../runs/export/measure-cost.ts';
import { bytesText, costColumns, costFindings, costRows } from './cost-text.ts';

const macs = { dense: 1000, afterRemoval: 750, scatteredZeros: 500 };
const storage = { denseBytes: 4000, neededBytes: 500, entropyBytes: 420.4 };
const cost: MeasuredCost = {
  layers: [{ layer: 'fc1', bits: 4, layout: 'csr', ...storage, macs }],
  storage,
  macs,
  refusal: null,
  gzipBytes: { fc1: 470 },
  file: { bytes: 700, gzipBytes: 600 },
};

test('bytes are counted in thousands', () => {
  expect([999, 1500, 2_345_678].map(bytesText)).toEqual(['999 B', '1.5 kB', '2.35 MB']);
});

test('the table has a row for each layer and a total', () => {
  const rows = costRows(cost);
  expect(rows.map(({ name, stored }) => [name, stored])).toEqual([
    ['fc1', '4 bits, sparse rows'],
    ['total', null],
  ]);
  expect(costColumns.map(({ text }) => text(rows[1]!))).toEqual([
    '4.0 kB',
    '500 B',
    '470 B',
    '420 B',
    '1\u202f000',
    '750',
    '500',
  ]);
});

test('the findings tell what saves something from what does not', () => {
  const findings = costFindings(cost).join(' ');
  expect(findings).toContain('8.0 times less');
  expect(findings).toContain('25.0 % of the multiply-accumulates are saved on any hardware');
  expect(findings).toContain('50.0 % of the multiply-accumulates multiply by a scattered zero');
  const still = costFindings({ ...cost, macs: { dense: 10, afterRemoval: 10, scatteredZeros: 0 } }).join(' ');
  expect(still).toContain('computes everything as before');
});
