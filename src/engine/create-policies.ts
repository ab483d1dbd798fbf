import type { Random } from '../core/random.ts';
import type { LearningRateScheduler, Quantizer, Regularizer } from '../methods/define-method.ts';
import type { Extension } from '../methods/extension.ts';
import type { Component, Policy, Schedule } from '../schedule/schedule.ts';
import { type ActivePolicy, isLastEpoch } from './policy.ts';
import { createPruningPolicy } from './pruning-policy.ts';
import { createThinningPolicy } from './thinning-policy.ts';

/**
 * The policies of a schedule in calling order: as written, but learning-rate policies after all others (Distiller's order).
 * Policies that name the same instance share it, with its state.
 *
 * @param random For pruners that need chance.
 * @throws RangeError for a policy kind that this engine does not run.
 */
export function createPolicies(schedule: Schedule, random: Random): readonly ActivePolicy[] {
  const instances = new Map<Component, unknown>();
  const instanceOf = (component: Component): unknown => {
    if (!instances.has(component)) instances.set(component, component.definition.create(component.args));
    return instances.get(component);
  };
  const policies = schedule.policies.map((policy) => createPolicy(policy, instanceOf, random));
  const isRate = ({ policy }: ActivePolicy): boolean => policy.kind === 'lr_scheduler';
  return [...policies.filter((policy) => !isRate(policy)), ...policies.filter(isRate)];
}

function createPolicy(policy: Policy, instanceOf: (component: Component) => unknown, random: Random): ActivePolicy {
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
      return createExtensionPolicy(policy, instance as Extension);
  }
}

function createExtensionPolicy(policy: Policy, extension: Extension): ActivePolicy {
  switch (extension.type) {
    case 'thinning':
      return createThinningPolicy(policy, extension);
    case 'distillation':
    case 'early-exit':
      throw new RangeError(`Extensions of the type ${extension.type} cannot be trained: ${policy.component.name}`);
  }
}

/** Adds a penalty to the loss, and thresholds after each step if the regularizer has a criterion (reference 3.3, 6.5). */
function createRegularizationPolicy(
  policy: Extract<Policy, { kind: 'regularizer' }>,
  regularizer: Regularizer,
): ActivePolicy {
  return {
    policy,

    beforeBackwardPass(loss, { math, weightsOf }, { store, act }) {
      const terms = store.specs
        .filter(regularizer.touches)
        .map((spec) => regularizer.penalty(math, weightsOf(spec.name), spec));
      act('add_loss');
      const value = terms.length === 0 ? math.scalar(0) : terms.reduce((sum, term) => math.add(sum, term));
      const name = `${policy.component.definition.name}_loss`;
      return { overall: math.add(loss.overall, value), parts: [...loss.parts, { name, value }] };
    },

    onMinibatchEnd({ epoch, step, stepsPerEpoch }, { store, act }) {
      const keep = policy.args.keep_mask && isLastEpoch(policy, epoch) && step === stepsPerEpoch - 1;
      let thresholded = false;
      for (const spec of store.specs.filter(regularizer.touches)) {
        thresholded = store.applyThreshold(spec.name, regularizer, keep) || thresholded;
      }
      if (thresholded) act('threshold');
    },

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
  return {
    policy,

    onPrepare({ act }) {
      act('prepare');
      act('quantize');
    },

    onEpochBegin(_, { startQuantization, note }) {
      if (isOn) return;
      isOn = true;
      startQuantization(quantizer);
      note('quantizes', `${policy.component.name} quantizes from here`);
    },

    onMinibatchEnd(_, { act }) {
      // The next forward pass quantizes anew from the float weights.
      act('quantize');
    },
  };
}

/** Steps the rate at the end of each active epoch, to the closed form for the next one (reference 3.4). */
function createLearningRatePolicy(policy: Policy, scheduler: LearningRateScheduler): ActivePolicy {
  return {
    policy,

    onPrepare({ rates }) {
      const initial = scheduler.initial?.(rates.base);
      if (initial === undefined) return;
      rates.current = initial.learningRates;
      rates.momentum = initial.momentum ?? rates.momentum;
    },

    onEpochEnd({ epoch }, { rates, act, note }, validation) {
      const before = rates.current[0];
      const next = scheduler.step({ epoch: epoch + 1, base: rates.base, current: rates.current, validation });
      rates.current = next.learningRates;
      rates.momentum = next.momentum ?? rates.momentum;
      act('lr_step');
      const after = rates.current[0];
      if (after !== before) note('rate-change', `Learning rate ${String(before)} → ${String(after)}`);
    },
  };
}
