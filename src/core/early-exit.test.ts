import { expect, test } from 'vitest';
import {
  earlyExitLoss,
  exitLossWeights,
  exitsByLoss,
  exitsByRule,
  isAmongLargest,
  probabilitiesOf,
  sampleLosses,
  shareByExit,
} from './early-exit.ts';

/** Sure and right, unsure, sure and wrong. */
const early = { logits: [9, 0, 0, 0.1, 0, 0, 0, 9, 0], classCount: 3 };
const last = { logits: [1, 0, 0, 0, 0, 1, 2, 0, 0], classCount: 3 };
const labels = [0, 2, 0];

test('sure samples leave early, whether right or not', () => {
  const leaves = (_: number, probabilities: ArrayLike<number>) => Math.max(...Array.from(probabilities)) > 0.9;
  const taken = exitsByRule([early, last], 3, leaves);
  expect(taken).toEqual([0, 1, 0]);
  const right = [early, last].map((exit) => isAmongLargest(exit, labels, 1));
  expect(shareByExit(taken, right)).toEqual([
    { taken: 2, right: 0.5 },
    { taken: 1, right: 1 },
  ]);
});

test("Distiller's statistic looks at the label: a sure and wrong sample stays", () => {
  const losses = [early, last].map((exit) => sampleLosses(exit, labels));
  expect(exitsByLoss(losses, [0.5])).toEqual([0, 1, 1]);
});

test('an exit that nobody takes has no accuracy', () => {
  expect(
    shareByExit(
      [1, 1],
      [
        [true, true],
        [true, false],
      ],
    ),
  ).toEqual([
    { taken: 0, right: null },
    { taken: 2, right: 0.5 },
  ]);
});

test('the loss is the weighted sum of the cross-entropies', () => {
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [first, second] = [early, last].map((exit) => mean(sampleLosses(exit, labels)));
  expect(earlyExitLoss([early, last], labels, [0.3, 0.7])).toBeCloseTo(0.3 * first! + 0.7 * second!, 10);
  expect(probabilitiesOf(early, 1).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 10);
});

test('the last exit has the rest of the loss, and there must be one', () => {
  expect(exitLossWeights([0.25, 0.5])).toEqual([0.25, 0.5, 0.25]);
  expect(() => exitLossWeights([0.5, 0.5])).toThrow(RangeError);
});
