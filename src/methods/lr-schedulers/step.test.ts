import { expect, test } from 'vitest';
import { rates } from '../lr-fixtures.ts';
import { createInstance } from '../create-instance.ts';

test('the rate halves every two epochs', () => {
  const scheduler = createInstance('lr_scheduler', 'StepLR', { step_size: 2, gamma: 0.5 });
  const used = rates(scheduler, 8, 5);
  [8, 8, 4, 4, 2].forEach((rate, epoch) => expect(used[epoch]).toBeCloseTo(rate, 10));
});
