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
