import { expect, test } from 'vitest';
import { rates } from '../lr-fixtures.ts';
import { createInstance, problemsOf } from '../create-instance.ts';

test('the rate starts low, peaks and ends far below', () => {
  const scheduler = createInstance('lr_scheduler', 'OneCycleLR', {
    max_lr: 10,
    total_steps: 5,
    pct_start: 0.4,
    div_factor: 10,
    anneal_strategy: 'linear',
  });
  const used = rates(scheduler, 9, 5);
  [1, 10, 10 - (10 - 0.0001) / 3].forEach((rate, epoch) => expect(used[epoch]).toBeCloseTo(rate, 10));
});

test('a cycle without a length is reported', () => {
  expect(problemsOf('OneCycleLR', { max_lr: 1 })).toEqual(['missing-length']);
  expect(problemsOf('OneCycleLR', { max_lr: 1, epochs: 3, steps_per_epoch: 2 })).toEqual([]);
});

test('momentum moves against the rate', () => {
  const scheduler = createInstance('lr_scheduler', 'OneCycleLR', { max_lr: 10, total_steps: 5, pct_start: 0.4 });
  expect(scheduler.initial?.([1]).momentum).toBe(0.95);
  expect(scheduler.step({ epoch: 1, base: [1], current: [1] }).momentum).toBe(0.85);
});

test('beyond the cycle the rate stays', () => {
  const scheduler = createInstance('lr_scheduler', 'OneCycleLR', { max_lr: 10, total_steps: 5 });
  const used = rates(scheduler, 1, 8);
  expect(used[7]).toBe(used[4]);
});

test('with three phases the way down is as long as the way up', () => {
  const scheduler = createInstance('lr_scheduler', 'OneCycleLR', {
    max_lr: 10,
    total_steps: 11,
    pct_start: 4 / 11,
    div_factor: 10,
    three_phase: true,
    anneal_strategy: 'linear',
  });
  // torch.optim.lr_scheduler.OneCycleLR of PyTorch 1.13 with these arguments.
  const recorded = [1, 4, 7, 10, 7, 4, 1, 0.750025, 0.50005, 0.250075, 0.0001];
  rates(scheduler, 1, 11).forEach((rate, epoch) => expect(rate).toBeCloseTo(recorded[epoch] ?? NaN, 8));
});
