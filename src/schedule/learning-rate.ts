import { defaultRateDropEpoch, defaultRateDropFactor } from '../core/default-rate-drop.ts';
import type { LearningRateScheduler, LearningRateStep } from '../methods/learning-rate-scheduler.ts';
import type { Policy, Schedule } from './schedule.ts';

/** One learning-rate policy with its own scheduler. */
interface RatePolicy {
  readonly policy: Policy;
  readonly scheduler: LearningRateScheduler;
}

/** The learning-rate policies of a schedule, in file order: they act after all others, and the last one wins. */
function ratePolicies(schedule: Schedule): readonly RatePolicy[] {
  return schedule.policies.flatMap((policy) => {
    const { definition, args } = policy.component;
    return definition.kind === 'lr_scheduler' ? [{ policy, scheduler: definition.create(args) }] : [];
  });
}

/**
 * Rate that stands while each epoch trains, of an optimizer with one group (reference 3.4 and 7): at the end of an active
 * epoch t the scheduler sets the rate of epoch t + 1.
 *
 * @returns One entry per epoch; null from the epoch on in which a scheduler that follows measurements has acted.
 */
export function promisedRates(schedule: Schedule): readonly (number | null)[] {
  const { epochs, optimizer } = schedule.training;
  if (schedule.defaultLearningRateDrop) {
    const drop = defaultRateDropEpoch(epochs);
    return Array.from({ length: epochs }, (_, epoch) => optimizer.lr * (epoch < drop ? 1 : defaultRateDropFactor));
  }
  const base = [optimizer.lr];
  const policies = ratePolicies(schedule).map((entry) => ({ ...entry, active: new Set(entry.policy.epochs) }));
  let current: readonly number[] | null = policies.reduce<readonly number[]>(
    (rates, { scheduler }) => scheduler.initial?.(base).learningRates ?? rates,
    base,
  );
  const promised: (number | null)[] = [];
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    promised.push(current?.[0] ?? null);
    for (const { scheduler, active } of policies) {
      if (active.has(epoch)) current = stepRate(scheduler, { epoch: epoch + 1, base, current });
    }
  }
  return promised;
}

interface RateState {
  readonly epoch: number;
  readonly base: readonly number[];
  readonly current: readonly number[] | null;
}

function stepRate(scheduler: LearningRateScheduler, { epoch, base, current }: RateState): readonly number[] | null {
  if (!scheduler.predictable) return null;
  const step: LearningRateStep = scheduler.step({ epoch, base, current: current ?? base });
  return step.learningRates;
}
