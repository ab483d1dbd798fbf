import { expect, test } from 'vitest';
import { rates } from '../lr-fixtures.ts';
import { createInstance } from '../create-instance.ts';

test('the rate falls to its minimum and rises again', () => {
  const scheduler = createInstance('lr_scheduler', 'CosineAnnealingLR', { T_max: 2, eta_min: 1 });
  const used = rates(scheduler, 3, 5);
  [3, 2, 1, 2, 3].forEach((rate, epoch) => expect(used[epoch]).toBeCloseTo(rate, 10));
});
