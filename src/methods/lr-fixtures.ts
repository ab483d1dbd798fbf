import type { LearningRateScheduler } from './learning-rate-scheduler.ts';

/** The rate that stands while each epoch trains, for one optimizer group, when the scheduler steps after every epoch. */
export function rates(scheduler: LearningRateScheduler, base: number, epochs: number): readonly number[] {
  let current = scheduler.initial?.([base]).learningRates ?? [base];
  const used: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    used.push(current[0] ?? NaN);
    current = scheduler.step({ epoch: epoch + 1, base: [base], current }).learningRates;
  }
  return used;
}
