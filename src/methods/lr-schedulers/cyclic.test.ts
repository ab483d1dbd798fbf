import { expect, test } from 'vitest';
import { rates } from '../lr-fixtures.ts';
import { createInstance } from '../create-instance.ts';

test('the rate climbs to the top and back, from base_lr on', () => {
  const scheduler = createInstance('lr_scheduler', 'CyclicLR', { base_lr: 1, max_lr: 3, step_size_up: 2 });
  const used = rates(scheduler, 9, 6);
  [1, 2, 3, 2, 1, 2].forEach((rate, epoch) => expect(used[epoch]).toBeCloseTo(rate, 10));
});

test('momentum moves against the rate, and the second triangle of triangular2 is half as high', () => {
  const args = { base_lr: 1, max_lr: 3, step_size_up: 1, mode: 'triangular2' };
  const scheduler = createInstance('lr_scheduler', 'CyclicLR', args);
  expect(rates(scheduler, 1, 4)).toEqual([1, 3, 1, 2]);
  expect(scheduler.step({ epoch: 1, base: [1], current: [1] }).momentum).toBeCloseTo(0.8, 10);
});
