import { expect, test } from 'vitest';
import {
  changedSamples,
  choiceOf,
  type ComparedAnswers,
  confusionDifference,
  countByClass,
  passesFilter,
} from './compared-answers.ts';

/** Three classes; a row a sample: true class, dense probabilities, compressed probabilities. */
const rows: readonly (readonly [number, readonly number[], readonly number[]])[] = [
  [0, [0.9, 0.05, 0.05], [0.8, 0.1, 0.1]], // both right
  [1, [0.1, 0.6, 0.3], [0.2, 0.3, 0.5]], // forgotten, loses 0.3
  [1, [0.01, 0.98, 0.01], [0.95, 0.03, 0.02]], // forgotten, loses 0.95
  [2, [0.7, 0.1, 0.2], [0.1, 0.1, 0.8]], // learned, wins 0.6
  [0, [0.2, 0.5, 0.3], [0.2, 0.3, 0.5]], // both wrong, differently
  [2, [0.1, 0.1, 0.8], [0.1, 0.75, 0.15]], // forgotten, loses 0.65
  [2, [0.5, 0.3, 0.2], [0.3, 0.3, 0.4]], // learned, wins 0.2
];
const answers = (count = rows.length): ComparedAnswers => ({
  labels: rows.map(([label]) => label),
  count,
  classCount: 3,
  dense: rows.flatMap(([, dense]) => dense),
  compressed: rows.flatMap(([, , compressed]) => compressed),
});

test('what was forgotten comes by the loss of confidence in the right class', () => {
  const forgotten = changedSamples(answers(), 'forgotten');
  expect(forgotten.map(({ sample }) => sample)).toEqual([2, 5, 1]);
  expect(forgotten[0]).toEqual({
    ...{ sample: 2, label: 1, denseRight: 0.98, compressedRight: 0.03 },
    dense: { answer: 1, confidence: 0.98 },
    compressed: { answer: 0, confidence: 0.95 },
  });
});

test('what was learned comes by the gain', () => {
  expect(changedSamples(answers(), 'learned').map(({ sample }) => sample)).toEqual([3, 6]);
});

test('only samples that both have answered count', () => {
  expect(changedSamples(answers(2), 'forgotten').map(({ sample }) => sample)).toEqual([1]);
  expect(changedSamples(answers(0), 'learned')).toEqual([]);
});

test('they are counted by their class', () => {
  expect(countByClass(changedSamples(answers(), 'forgotten'), 3)).toEqual([0, 2, 1]);
});

test('the difference of the confusion matrices is dense minus compressed', () => {
  const difference = confusionDifference(answers());
  expect(difference).toEqual([
    [0, 1, -1],
    [-1, 2, -1],
    [2, -1, -1],
  ]);
  for (const row of difference) expect(row.reduce((sum, count) => sum + count, 0)).toBe(0);
});

test('networks that answer alike have no difference', () => {
  const { dense } = answers();
  expect(confusionDifference({ ...answers(), compressed: dense }).flat()).toEqual(new Array(9).fill(0));
});

test('the first of equally probable classes is chosen', () => {
  expect(choiceOf([0.4, 0.4, 0.2], 3)).toEqual({ answer: 0, confidence: 0.4 });
});

test('filters pass classes and mistakes', () => {
  const passing = (filter: Parameters<typeof passesFilter>[0], own: ComparedAnswers | null = answers()) =>
    rows.flatMap(([label], sample) => (passesFilter(filter, sample, label, own) ? [sample] : []));
  expect(passing({ label: 2, answers: 'any' })).toEqual([3, 5, 6]);
  expect(passing({ label: null, answers: 'compressed-wrong' })).toEqual([1, 2, 4, 5]);
  expect(passing({ label: null, answers: 'dense-wrong' })).toEqual([3, 4, 6]);
  expect(passing({ label: 2, answers: 'different' })).toEqual([3, 5, 6]);
  expect(passing({ label: null, answers: 'different' }, answers(2))).toEqual([1]);
  expect(passing({ label: 1, answers: 'any' }, null)).toEqual([1, 2]);
  expect(passing({ label: null, answers: 'dense-wrong' }, null)).toEqual([]);
});
