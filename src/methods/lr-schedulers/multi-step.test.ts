import { expect, test } from 'vitest';
import { rates } from '../lr-fixtures.ts';
import { createInstance } from '../create-instance.ts';

test('the rate falls at each milestone, twice at a doubled one', () => {
  const scheduler = createInstance('lr_scheduler', 'MultiStepLR', { milestones: [1, 3, 3] });
  const used = rates(scheduler, 1, 5);
  [1, 0.1, 0.1, 0.001, 0.001].forEach((rate, epoch) => expect(used[epoch]).toBeCloseTo(rate, 10));
});

test('a milestone at 0 counts before the first epoch', () => {
  const scheduler = createInstance('lr_scheduler', 'MultiStepLR', { milestones: [0, 2], gamma: 0.5 });
  expect(rates(scheduler, 1, 4)).toEqual([0.5, 0.5, 0.25, 0.25]);
});
