import { expect, test } from 'vitest';
import type { EarlyExitExtension } from '../methods/extension.ts';
import { ExitTally } from './exit-tally.ts';

/** Leaves where the first class is likely. */
const extension = {
  leaves: (_exit: number, probabilities: ArrayLike<number>) => probabilities[0]! > 0.9,
  lossWeights: [0.3, 0.7],
} as unknown as EarlyExitExtension;
const network = { name: 'own', inputShape: [1], layers: [], exits: [{ name: 'exit0', layer: 'early' }] };

test('samples are counted at the exit that they leave at', () => {
  const tally = new ExitTally(extension);
  const early = { logits: [9, 0, 0, 0], classCount: 2 };
  const last = { logits: [0, 9, 0, 9], classCount: 2 };
  const sums = tally.add([early, last], [0, 0]);
  expect(sums.rightCount).toBe(1);
  expect(sums.lossSum).toBeCloseTo(Math.log(1 + Math.exp(-9)) + 9 + Math.log(1 + Math.exp(-9)));
  expect(tally.shares(network)).toEqual([
    { name: 'exit0', share: 0.5, top1: 1 },
    { name: 'last', share: 0.5, top1: 0 },
  ]);
});

test('nothing is said of an exit that nobody takes', () => {
  const tally = new ExitTally(extension);
  tally.add(
    [
      { logits: [0, 0], classCount: 2 },
      { logits: [1, 0], classCount: 2 },
    ],
    [0],
  );
  expect(tally.shares(network)[0]).toEqual({ name: 'exit0', share: 0, top1: null });
});
