import type { Network, ParameterSpec } from '../core/network.ts';
import { isPostTraining } from '../methods/define-method.ts';
import type { Pruner } from '../methods/pruner.ts';
import type { ModuleBits, Quantizer } from '../methods/quantizer.ts';
import type { Regularizer } from '../methods/regularizer.ts';
import type { Extension } from '../methods/extension.ts';
import type { Component, Policy } from './schedule.ts';

type PolicyOf<Kind extends Policy['kind']> = Extract<Policy, { readonly kind: Kind }>;

/** Names of the parameters that a policy addresses. */
export function touchedParameters(
  policy: PolicyOf<'pruner'> | PolicyOf<'regularizer'>,
  parameters: readonly ParameterSpec[],
): readonly string[] {
  if (policy.kind === 'pruner') {
    const pruner = createPruner(policy.component);
    return parameters.filter((spec) => pruner?.touches(spec, policy.args.levels) === true).map((spec) => spec.name);
  }
  const regularizer = createRegularizer(policy.component);
  return parameters.filter((spec) => regularizer?.touches(spec) === true).map((spec) => spec.name);
}

/** Names of the modules that a quantizer policy replaces or whose weights it quantizes. */
export function touchedModules(policy: PolicyOf<'quantizer'>, network: Network): readonly string[] {
  return quantizerPlan(policy.component, network)
    .filter((bits) => bits.weights !== null || bits.bias !== null || bits.activations !== null)
    .map((bits) => bits.module);
}

/**
 * Bits that are in force in every module; empty if the component is no quantizer. Activations count where a module is
 * replaced: training quantizers replace ReLUs only, whatever bits other modules are given (reference 8.2).
 */
export function quantizerPlan({ definition, args }: Component, network: Network): readonly ModuleBits[] {
  if (definition.kind !== 'quantizer' || isPostTraining(definition)) return [];
  const quantizer: Quantizer = definition.create(args);
  return quantizer
    .plan(network)
    .map((bits) => ({ ...bits, activations: quantizer.replaceModule(network, bits.module)?.bits ?? null }));
}

export function createPruner({ definition, args }: Component): Pruner | null {
  return definition.kind === 'pruner' ? definition.create(args) : null;
}

export function createRegularizer({ definition, args }: Component): Regularizer | null {
  return definition.kind === 'regularizer' ? definition.create(args) : null;
}

export function createExtension({ definition, args }: Component): Extension | null {
  return definition.kind === 'extension' ? definition.create(args) : null;
}

/** Whether a regularizer zeroes what falls below its strength. */
export function hasThreshold(policy: Policy): boolean {
  const criterion = policy.component.args['threshold_criteria'];
  return criterion !== null && criterion !== undefined;
}
