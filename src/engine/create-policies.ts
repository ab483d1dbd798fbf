import type * as tf from '@tensorflow/tfjs-core';
import type { Random } from '../core/random.ts';
import type { LearningRateScheduler } from '../methods/learning-rate-scheduler.ts';
import type { Quantizer } from '../methods/quantizer.ts';
import type { Regularizer } from '../methods/regularizer.ts';
import type { Extension, Teacher } from '../methods/extension.ts';
import type { Component, Policy, Schedule } from '../schedule/schedule.ts';
import { createDistillationPolicy } from './distillation-policy.ts';
import { type ActivePolicy, isLastEpoch, type PolicyEnvironment, type Position } from './policy.ts';
import { createPruningPolicy } from './pruning-policy.ts';
import { createThinningPolicy } from './thinning-policy.ts';

/** Logits of a teacher for a batch of inputs. */
export type Teach = (teacher: Teacher, inputs: tf.Tensor) => tf.Tensor;

/**
 * The policies of a schedule in calling order: as written, but distillation after all that may change the loss, and
 * learning-rate policies after all others (Distiller's order). Policies that name the same instance share it, with its state.
 *
 * @param random For pruners that need chance.
 * @param teach Called in the active epochs of distillation.
 */
export function createPolicies(schedule: Schedule, random: Random, teach: Teach = noTeacher): readonly ActivePolicy[] {
  const instances = new Map<Component, unknown>();
  const instanceOf = (component: Component): unknown => {
    if (!instances.has(component)) instances.set(component, component.definition.create(component.args));
    return instances.get(component);
  };
  const policies = schedule.policies.map((policy) => createPolicy(policy, { instanceOf, random, teach }));
  return policies.toSorted((a, b) => rankOf(a.policy) - rankOf(b.policy));
}

/** Policies of a lower rank are called first. */
function rankOf({ kind, component }: Policy): number {
  if (kind === 'lr_scheduler') return 2;
  return kind === 'extension' && (component.definition.create(component.args) as Extension).type === 'distillation'
    ? 1
    : 0;
}

function noTeacher(): never {
  throw new Error('There is no teacher');
}

interface PolicyMaking {
  readonly instanceOf: (component: Component) => unknown;
  readonly random: Random;
  readonly teach: Teach;
}

function createPolicy(policy: Policy, { instanceOf, random, teach }: PolicyMaking): ActivePolicy {
  const instance = instanceOf(policy.component);
  switch (policy.kind) {
    case 'pruner': {
      const stream = random.fork(`pruner/${policy.component.name}/${String(policy.index)}`);
      return createPruningPolicy(policy, instance as Parameters<typeof createPruningPolicy>[1], stream);
    }
    case 'regularizer':
      return createRegularizationPolicy(policy, instance as Regularizer);
    case 'quantizer':
      return createQuantizationPolicy(policy, instance as Quantizer);
    case 'lr_scheduler':
      return createLearningRatePolicy(policy, instance as LearningRateScheduler);
    case 'extension':
      return createExtensionPolicy(policy, instance as Extension, teach);
  }
}

function createExtensionPolicy(policy: Policy, extension: Extension, teach: Teach): ActivePolicy {
  switch (extension.type) {
    case 'thinning':
      return createThinningPolicy(policy, extension);
    case 'distillation':
      return createDistillationPolicy(policy, extension, (inputs) => teach(extension.teacher, inputs));
    case 'early-exit':
      return { policy, exits: extension };
  }
}

/** Adds a penalty to the loss, and thresholds after each step if the regularizer has a criterion (reference 3.3, 6.5). */
function createRegularizationPolicy(
  policy: Extract<Policy, { kind: 'regularizer' }>,
  regularizer: Regularizer,
): ActivePolicy {
  const name = `${policy.component.definition.name}_loss`;
  const hasThreshold = policy.component.args['threshold_criteria'] != null;
  const keepsMasksAt = ({ epoch, step, stepsPerEpoch }: Position): boolean =>
    policy.args.keep_mask && isLastEpoch(policy, epoch) && step === stepsPerEpoch - 1;
  return {
    policy,
    lossTerm: { kind: 'penalty', name, regularizer },
    ...(hasThreshold && { threshold: regularizer }),
    actsOnWeights: (position) => hasThreshold && keepsMasksAt(position),

    beforeBackwardPass(loss, { math, weightsOf }, { store, act }) {
      const terms = store.specs
        .filter(regularizer.touches)
        .map((spec) => regularizer.penalty(math, weightsOf(spec.name), spec));
      act('add_loss');
      const value = terms.length === 0 ? math.scalar(0) : terms.reduce((sum, term) => math.add(sum, term));
      return { overall: math.add(loss.overall, value), parts: [...loss.parts, { name, value }] };
    },

    ...(hasThreshold && {
      onMinibatchEnd: (position: Position, { store, act }: PolicyEnvironment) => {
        const keep = keepsMasksAt(position);
        let thresholded = false;
        for (const spec of store.specs.filter(regularizer.touches)) {
          thresholded = store.applyThreshold(spec.name, regularizer, keep) || thresholded;
        }
        if (thresholded) act('threshold');
      },
    }),

    onEpochEnd({ epoch }, { note }) {
      if (policy.args.keep_mask && isLastEpoch(policy, epoch))
        note('mask-kept', 'The threshold masks are permanent from here');
    },
  };
}

/**
 * Quantization-aware training. Weights and activations are quantized within the forward pass from the first epoch of the
 * policy to the end of the run, also between and after active epochs; Distiller quantizes already when the file is read,
 * which is the same for a policy that starts at epoch 0.
 */
function createQuantizationPolicy(policy: Policy, quantizer: Quantizer): ActivePolicy {
  let isOn = false;
  const start = ({ startQuantization, note }: PolicyEnvironment): void => {
    if (isOn) return;
    isOn = true;
    startQuantization(quantizer);
    note('quantizes', `${policy.component.name} quantizes from here`);
  };
  return {
    policy,

    catchUp: (_, environment) => start(environment),

    onPrepare({ act }) {
      act('prepare');
      act('quantize');
    },

    onEpochBegin: (_, environment) => start(environment),

    onMinibatchEnd(_, { act }) {
      // The next forward pass quantizes anew from the float weights.
      act('quantize');
    },
  };
}

/** Steps the rate at the end of each active epoch, to the closed form for the next one (reference 3.4). */
function createLearningRatePolicy(policy: Policy, scheduler: LearningRateScheduler): ActivePolicy {
  const onEpochEnd: ActivePolicy['onEpochEnd'] = ({ epoch }, { rates, act, note }, validation) => {
    const before = rates.current[0];
    const next = scheduler.step({ epoch: epoch + 1, base: rates.base, current: rates.current, validation });
    rates.current = next.learningRates;
    rates.momentum = next.momentum ?? rates.momentum;
    act('lr_step');
    const after = rates.current[0];
    if (after !== before) note('rate-change', `Learning rate ${String(before)} → ${String(after)}`);
  };
  return {
    policy,
    onEpochEnd,
    catchUp: onEpochEnd,

    onPrepare({ rates }) {
      const initial = scheduler.initial?.(rates.base);
      if (initial === undefined) return;
      rates.current = initial.learningRates;
      rates.momentum = initial.momentum ?? rates.momentum;
    },
  };
}
