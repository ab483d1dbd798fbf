import { createInstance } from '../../methods/create-instance.ts';
import type { LearningRateScheduler, LearningRateStep } from '../../methods/define-method.ts';
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
  const first = scheduler.initial?.(base);
  let current: LearningRateStep = {
    learningRates: first?.learningRates ?? base,
    momentum: first?.momentum ?? momentum,
  };
  const rates: (readonly number[])[] = [];
  const momenta: (readonly number[])[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    rates.push(current.learningRates);
    momenta.push(base.map(() => current.momentum ?? momentum));
    if (!isActive(epoch)) continue;
    const metric = metrics?.[epoch];
    const validation = metric === undefined ? {} : { validation: { loss: metric, top1: metric / 100 } };
    const next = scheduler.step({ epoch: epoch + 1, base, current: current.learningRates, ...validation });
    current = { momentum: current.momentum ?? momentum, ...next };
  }
  return { lr_used: rates, momentum_used: momenta, lr_after_last: current.learningRates };
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
