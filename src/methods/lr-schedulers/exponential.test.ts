import { expect, test } from 'vitest';
import { rates } from '../lr-fixtures.ts';
import { createInstance } from '../create-instance.ts';

test('the rate falls by the same factor every epoch', () => {
  const scheduler = createInstance('lr_scheduler', 'ExponentialLR', { gamma: 0.5 });
  const used = rates(scheduler, 1, 4);
  [1, 0.5, 0.25, 0.125].forEach((rate, epoch) => expect(used[epoch]).toBeCloseTo(rate, 10));
});
