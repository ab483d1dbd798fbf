import type * as tf from '@tensorflow/tfjs-core';
import type { Network } from '../core/network.ts';
import type { NetworkValues } from '../core/network-reference.ts';
import { applyThinning, type ThinningResult, thinModel } from '../core/thinning/apply-thinning.ts';
import type { RemovalFunction, ThinningRecipe } from '../core/thinning/thinning-recipe.ts';
import type { Optimizer } from './optimizer.ts';
import type { TrainedNetwork } from './train-step.ts';

/**
 * Cuts what is entirely zero out of a network in training, with masks, running statistics and the state of the optimizer
 * (reference 10.2 to 10.4). Training can go on with the same objects. After a refusal nothing has changed.
 */
export async function thinNetwork(
  model: TrainedNetwork,
  optimizer: Optimizer,
  removals: readonly RemovalFunction[],
): Promise<ThinningResult> {
  const { network } = model;
  const { values, masks, stashed } = await model.parameters.readContents();
  const all = new Map([...values, ...(await model.statistics.read())]);
  const [only] = removals;
  const result = thinModel({ network, values: all, masks }, removals.length === 1 ? only! : 'contract_model');
  if (!result.ok || result.recipes.length === 0) return result;
  const shrink = (tensors: NetworkValues): NetworkValues => shrinkTensors(network, tensors, result.recipes);
  const slots = (await readSlots(model, optimizer)).map(shrink);
  const before = variablesOf(model);
  const thinned = result.model;
  model.replace(thinned.network, {
    values: thinned.values,
    masks: thinned.masks ?? new Map(),
    stashed: shrink(stashed),
  });
  for (const [name, variable] of variablesOf(model)) {
    optimizer.replaceMember(
      before.get(name)!,
      variable,
      slots.map((slot) => slot.get(name)!),
    );
  }
  return result;
}

function variablesOf({ parameters }: TrainedNetwork): ReadonlyMap<string, tf.Variable> {
  return new Map(parameters.specs.map(({ name }) => [name, parameters.variable(name)]));
}

/** The optimizer's state: one map for velocities, or two for moving means and variances. */
async function readSlots(model: TrainedNetwork, optimizer: Optimizer): Promise<readonly NetworkValues[]> {
  const states = await Promise.all(
    [...variablesOf(model)].map(async ([name, variable]) => [name, await optimizer.readState(variable)] as const),
  );
  const count = states[0]?.[1].length ?? 0;
  return Array.from({ length: count }, (_, slot) => new Map(states.map(([name, state]) => [name, state[slot]!])));
}

/** Tensors that have the shapes of parameters, as the recipes one after the other leave them. */
function shrinkTensors(network: Network, values: NetworkValues, recipes: readonly ThinningRecipe[]): NetworkValues {
  let model = { network, values };
  for (const recipe of recipes) model = applyThinning(model, recipe);
  return model.values;
}
