import { expect, test } from 'vitest';
import { rates } from '../lr-fixtures.ts';
import { createInstance } from '../create-instance.ts';

test('the rate falls at each milestone, twice at a doubled one', () => {
  const scheduler = createInstance('lr_scheduler', 'MultiStepLR', { milestones: [1, 3, 3] });
  const used = rates(scheduler, 1, 5);
  [1, 0.1, 0.1, 0.001, 0.001].forEach((rate, epoch) => expect(used[epoch]).toBeCloseTo(rate, 10));
});
