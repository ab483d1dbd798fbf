import type { ArgumentProblem } from './define-method.ts';
import type { LearningRateScheduler } from './learning-rate-scheduler.ts';

/** What learning-rate methods share (reference section 7). */

export const epochNote =
  'The rate changes at the end of an active epoch, to the value for the epoch about to start, T. The formula counts from epoch 0 wherever the policy starts, so a late start applies all steps missed at once.';

/** A scheduler whose rates follow from the epoch and the initial rates alone. */
export function closedForm(rate: (base: number, epoch: number) => number): LearningRateScheduler {
  return {
    predictable: true,
    step: ({ base, epoch }) => ({ learningRates: base.map((initial) => rate(initial, epoch)) }),
  };
}

/** As `closedForm`, where the class also changes the rate at construction, to that of epoch 0. */
export function closedFormFromStart(rate: (base: number, epoch: number) => number): LearningRateScheduler {
  return { ...closedForm(rate), initial: (base) => ({ learningRates: base.map((initial) => rate(initial, 0)) }) };
}

/** Half a cosine wave from one value to another; `share` runs from 0 to 1, and beyond 1 the way leads back. */
export function cosineBetween(from: number, to: number, share: number): number {
  return to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2;
}

/** One value per optimizer group from a single value or a list; a list that is too short repeats its last value. */
export function perGroup(value: number | readonly number[], groups: number): readonly number[] {
  if (typeof value === 'number') return Array.from({ length: groups }, () => value);
  return Array.from({ length: groups }, (_, group) => value[Math.min(group, value.length - 1)] ?? 0);
}

/** Milestones that are not sorted. */
export function checkAscending(milestones: readonly number[], severity: 'error' | 'hint'): readonly ArgumentProblem[] {
  if (milestones.every((milestone, index) => index === 0 || (milestones[index - 1] ?? 0) <= milestone)) return [];
  const message = `The milestones ${milestones.join(', ')} are not in ascending order.`;
  return [{ argument: 'milestones', code: 'unsorted-milestones', message, severity }];
}
