import { expect, test } from 'vitest';
import { rates } from '../lr-fixtures.ts';
import { createInstance } from '../create-instance.ts';

test('each cycle starts from the initial rate and is longer', () => {
  const scheduler = createInstance('lr_scheduler', 'CosineAnnealingWarmRestarts', { T_0: 2, T_mult: 2 });
  const used = rates(scheduler, 2, 7);
  [2, 1, 2, 1 + Math.SQRT1_2, 1, 1 - Math.SQRT1_2, 2].forEach((rate, epoch) =>
    expect(used[epoch]).toBeCloseTo(rate, 10),
  );
});
