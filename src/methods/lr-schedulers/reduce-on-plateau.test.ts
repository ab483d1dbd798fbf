import { expect, test } from 'vitest';
import { createInstance } from '../create-instance.ts';

function drive(args: object, values: readonly { readonly loss: number; readonly top1: number }[]): readonly number[] {
  const scheduler = createInstance('lr_scheduler', 'ReduceLROnPlateau', args);
  let current: readonly number[] = [1];
  return values.map((validation, index) => {
    current = scheduler.step({ epoch: index + 1, base: [1], current, validation }).learningRates;
    return current[0] ?? NaN;
  });
}

const losses = (...values: number[]) => values.map((loss) => ({ loss, top1: 0 }));

test('the rate falls after more bad epochs than forgiven', () => {
  expect(drive({ patience: 1, factor: 0.5 }, losses(1, 1, 1, 0.5, 0.5))).toEqual([1, 1, 0.5, 0.5, 0.5]);
});

test('nothing is counted during the cooldown, and the rate keeps its floor', () => {
  const args = { patience: 0, factor: 0.5, cooldown: 1, min_lr: 0.4 };
  expect(drive(args, losses(1, 1, 1, 1, 1))).toEqual([1, 0.5, 0.5, 0.4, 0.4]);
});

test('max watches the accuracy in percent', () => {
  const args = { mode: 'max', patience: 0, factor: 0.5, threshold: 0.5, threshold_mode: 'abs' };
  const values = [0.9, 0.904, 0.91].map((top1) => ({ loss: 0, top1 }));
  expect(drive(args, values)).toEqual([1, 0.5, 0.5]);
});

test('without a metric the rate stays, and nothing is promised', () => {
  const scheduler = createInstance('lr_scheduler', 'ReduceLROnPlateau', {});
  expect(scheduler.predictable).toBe(false);
  expect(scheduler.step({ epoch: 1, base: [1], current: [0.3] }).learningRates).toEqual([0.3]);
});

test('each group may have a lowest rate of its own', () => {
  const args = { patience: 0, factor: 0.1, min_lr: [0.5, 0.01] };
  const scheduler = createInstance('lr_scheduler', 'ReduceLROnPlateau', args);
  let current: readonly number[] = [1, 1];
  for (const loss of [1, 2]) {
    current = scheduler.step({ epoch: 1, base: [1, 1], current, validation: { loss, top1: 0 } }).learningRates;
  }
  expect(current).toEqual([0.5, 0.1]);
});
