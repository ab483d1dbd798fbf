import { expect, test } from 'vitest';
import { rates } from '../lr-fixtures.ts';
import { createInstance, problemsOf } from '../create-instance.ts';

test('each milestone has a factor of its own', () => {
  const scheduler = createInstance('lr_scheduler', 'MultiStepMultiGammaLR', { milestones: [1, 3], gammas: [0.5, 0.1] });
  const used = rates(scheduler, 1, 4);
  [1, 0.5, 0.5, 0.05].forEach((rate, epoch) => expect(used[epoch]).toBeCloseTo(rate, 10));
});

test('unsorted milestones and unequal lengths are reported', () => {
  expect(problemsOf('MultiStepMultiGammaLR', { milestones: [3, 1], gammas: [1, 1] })).toEqual(['unsorted-milestones']);
  expect(problemsOf('MultiStepMultiGammaLR', { milestones: [3], gammas: [1, 1] })).toEqual(['unequal-lengths']);
});
