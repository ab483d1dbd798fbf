import { createInstance } from '../../methods/create-instance.ts';
import type {
  LearningRateRequest,
  LearningRateScheduler,
  LearningRateStep,
} from '../../methods/learning-rate-scheduler.ts';
import type { Adapters } from './adapter.ts';
import type { Fields } from './vector-file.ts';

/** The area `lr_schedules`. */

interface Drive {
  readonly scheduler: LearningRateScheduler;
  readonly base: readonly number[];
  readonly momentum: number;
  readonly epochs: number;
  readonly isActive: (epoch: number) => boolean;
  /** What ReduceLROnPlateau watches, per epoch. */
  readonly metrics: readonly number[] | null;
}

function drive({ scheduler, base, momentum, epochs, isActive, metrics }: Drive) {
  const first = { learningRates: base, momentum, ...scheduler.initial?.(base) };
  let current: Required<LearningRateStep> = first;
  const rates: (readonly number[])[] = [];
  const momenta: (readonly number[])[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    rates.push(current.learningRates);
    momenta.push(base.map(() => current.momentum));
    if (!isActive(epoch)) continue;
    const request = { epoch: epoch + 1, base, current: current.learningRates, ...validationOf(metrics?.[epoch]) };
    current = { ...current, ...scheduler.step(request) };
  }
  return { lr_used: rates, momentum_used: momenta, lr_after_last: current.learningRates };
}

/** One number stands for loss and accuracy, of which a scheduler reads the one that its mode names. */
function validationOf(metric: number | undefined): Pick<LearningRateRequest, 'validation'> {
  return metric === undefined ? {} : { validation: { loss: metric, top1: metric / 100 } };
}

function driveOf(args: Fields, isActive: (epoch: number) => boolean): Drive {
  return {
    scheduler: createInstance('lr_scheduler', args.get('class'), args.get('kwargs')),
    base: args.get('base_lrs'),
    momentum: args.number('momentum'),
    epochs: args.number('epochs'),
    isActive,
    metrics: (args.values['metrics'] ?? null) as readonly number[] | null,
  };
}

export const learningRates: Adapters = {
  lr_schedule: ({ args }) => drive(driveOf(args, () => true)),
  lr_schedule_partial: ({ args }) => {
    const start = args.number('starting_epoch');
    const end = args.number('ending_epoch');
    const isActive = (epoch: number): boolean =>
      epoch >= start && epoch < end && (epoch - start) % args.number('frequency') === 0;
    return drive(driveOf(args, isActive));
  },
};
