import { expect, test } from 'vitest';
import { parseSchedule } from '../../schedule/parse-schedule.ts';
import { zoo } from '../../zoo/zoo.ts';
import { scheduleWithin } from './schedule-within.ts';
import type { SensitivityResult } from './sensitivity-table.ts';

const text = 'training: {model: mlp_2d, dataset: circles, epochs: 4}\npolicies: []\n';
const point = (sparsity: number, top1: number) => ({ level: sparsity, sparsity, top1, top5: 1, loss: 0 });
const result: SensitivityResult = {
  kind: 'sensitivity',
  unpruned: { top1: 0.9, top5: 1, loss: 0 },
  results: [{ parameter: 'fc2.weight', points: [point(0.5, 0.9), point(0.75, 0.5)] }],
};
const options = { group: 'element', samples: 100, budget: 1, form: 'one-shot', file: 'a.yaml' } as const;

test('a scan makes a schedule that can be read, and says its levels', () => {
  const made = scheduleWithin(text, { result, options });
  if (!made.ok) throw new Error(made.why);
  expect(parseSchedule(made.text, zoo)).toMatchObject({ ok: true, diagnostics: [] });
  expect(made.text).toContain('fc2.weight: 0.5\n');
  expect(made.lines[1]).toMatch(/fc2\.weight +50\.0 %/);
});

test('a budget that allows nothing makes none', () => {
  const flat = { ...result, results: [{ parameter: 'fc2.weight', points: [point(0.5, 0.1)] }] };
  expect(scheduleWithin(text, { result: flat, options: { ...options, budget: 0 } })).toMatchObject({ ok: false });
});
