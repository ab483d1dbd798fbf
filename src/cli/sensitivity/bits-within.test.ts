import { expect, test } from 'vitest';
import { parseSchedule } from '../../schedule/parse-schedule.ts';
import { zoo } from '../../zoo/zoo.ts';
import { bitLines, bitsCsv, bitsWithinBudget, type BitWidths } from './bits-within.ts';

const text = 'training: {model: mlp_2d, dataset: circles, epochs: 4}\npolicies: []\n';
const point = (bits: number, top1: number) => ({ bits, top1, top5: 1, loss: 0.5 });
const result: BitWidths = {
  kind: 'bit-widths',
  float: { top1: 0.875, top5: 1, loss: 0.25 },
  results: [{ module: 'fc2', target: 'weights', size: 64, scales: 1, points: [point(8, 0.875), point(2, 0.5)] }],
};
const options = { samples: 100, budget: 1, file: 'a.yaml' };

test('a scan of bits makes a schedule that can be read, and says its bits', () => {
  const made = bitsWithinBudget(text, { result, options });
  if (!made.ok) throw new Error(made.why);
  expect(parseSchedule(made.text, zoo)).toMatchObject({ ok: true, diagnostics: [] });
  expect(made.text).toContain('fc2: {bits_weights: 8}');
  expect(made.lines).toContain('8.00 bits a weight on average, 72 bytes instead of 256.');
});

test('a budget that allows nothing makes none', () => {
  const bad = { ...result, float: { ...result.float, top1: 1 } };
  expect(bitsWithinBudget(text, { result: bad, options: { ...options, budget: 0 } })).toMatchObject({ ok: false });
});

test('table and file hold every width', () => {
  expect(bitsCsv(result).split('\n')).toEqual([
    'module,bits,top1,top5,loss',
    'fc2,8,87.5,100,0.5',
    'fc2,2,50,100,0.5',
    '',
  ]);
  expect(bitLines(result)[1]).toBe('(float)    32    87.50   0.2500');
});
