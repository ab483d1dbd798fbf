import { expect, test } from 'vitest';
import { rates } from '../lr-fixtures.ts';
import { createInstance } from '../create-instance.ts';

test('the rate reaches zero and is not stopped there', () => {
  const scheduler = createInstance('lr_scheduler', 'PolynomialLR', { T_max: 2, power: 2 });
  const used = rates(scheduler, 4, 4);
  [4, 1, 0, 1].forEach((rate, epoch) => expect(used[epoch]).toBeCloseTo(rate, 10));
});
