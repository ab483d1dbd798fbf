import { expect, test } from 'vitest';
import { numbersOfText } from '../../schedule/number-place.ts';
import { parseSchedule } from '../../schedule/parse-schedule.ts';
import { zoo } from '../../zoo/zoo.ts';
import { draftFor, draftOfSweep, readSweepDraft, readValues, suggestedValues, sweepYaml } from './sweep-draft.ts';

const numbers = numbersOfText('training: {epochs: 4, optimizer: {lr: 0.03}}\npruners: {a: {final_sparsity: 0.9}}\n');
const place = (path: string) => numbers.find((one) => one.path === path)!;

test('values are a list or a range', () => {
  expect(readValues('0.5, 0.7 0.9;0.5', false)).toEqual([0.5, 0.7, 0.9]);
  expect(readValues('0.5 to 0.9 in 3', false)).toEqual([0.5, 0.7, 0.9]);
  expect(readValues('2 to 5 in 9', true)).toEqual([2, 3, 4, 5]);
  expect(readValues('', false)).toContain('parted by commas');
  expect(readValues('a, 1', false)).toContain('number');
  expect(readValues('0 to 1 in 5000', false)).toContain('At most 100');
});

test('suggested values lie around the one that stands there', () => {
  expect(suggestedValues(place('pruners.a.final_sparsity'))).toEqual([0.6, 0.75, 0.9, 0.95]);
  expect(suggestedValues(place('training.epochs'))).toEqual([2, 4, 6, 8]);
  expect(suggestedValues(place('training.optimizer.lr'))).toEqual([0.003, 0.01, 0.03, 0.09]);
});

test('a form says which field is wrong', () => {
  const draft = draftFor(place('training.epochs'));
  expect(readSweepDraft(draft, numbers)).toMatchObject({ ok: true, sweep: { path: 'training.epochs' } });
  expect(readSweepDraft({ ...draft, path: 'gone' }, numbers)).toMatchObject({ ok: false, field: 'path' });
  expect(readSweepDraft({ ...draft, maxRuns: '0' }, numbers)).toMatchObject({ ok: false, field: 'maxRuns' });
  expect(readSweepDraft({ ...draft, maxEpochs: 'x' }, numbers)).toMatchObject({ ok: false, field: 'maxEpochs' });
});

test('what a form writes into the schedule is read back as the same sweep', () => {
  const sweep = { path: 'training.epochs', values: [1, 2], maxRuns: 3, maxEpochs: 1000 };
  const text = `training:\n  model: mlp_2d\n  epochs: 2\n  sweep: ${sweepYaml(sweep)}\npolicies: []\n`;
  const parsed = parseSchedule(text, zoo);
  expect(parsed.ok && parsed.value.sweep).toEqual(sweep);
  expect(draftOfSweep(sweep)).toMatchObject({ values: '1, 2', maxRuns: '3' });
});
