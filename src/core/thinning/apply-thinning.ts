import { networkParameters, type Network } from '../network.ts';
import type { NetworkValues } from '../network-reference.ts';
import { planThinning } from './plan-thinning.ts';
import {
  isEmptyRecipe,
  type AxisSelection,
  type KeptChannels,
  type RemovalFunction,
  type ThinningRecipe,
  type ThinningRefusal,
} from './thinning-recipe.ts';

/** A network with everything that has the shape of its parameters. */
export interface ThinnableModel {
  readonly network: Network;
  /** Parameters, and running statistics of batch normalizations. */
  readonly values: NetworkValues;
  /** The optimizer's buffers, e.g. momentum, by parameter. */
  readonly velocities?: NetworkValues;
  /** Standing masks by parameter. */
  readonly masks?: NetworkValues;
}

/** `contract_model` removes filters, then channels. */
export type ThinningFunction = RemovalFunction | 'contract_model';

export type ThinningResult =
  | {
      readonly ok: true;
      readonly model: ThinnableModel;
      /** Those that removed something, in order. None: the model is the one that was given. */
      readonly recipes: readonly ThinningRecipe[];
      /** Zero channels that stayed. */
      readonly kept: readonly KeptChannels[];
    }
  | { readonly ok: false; readonly refusal: ThinningRefusal };

/**
 * Removes what is entirely zero (reference 10). The thinned network computes what the masked one did, except that biases
 * and batch-norm shifts of removed filters are gone: a filter of zeros still sent those on.
 *
 * @returns A refusal and nothing else if any step of it is refused.
 */
export function thinModel(model: ThinnableModel, thinning: ThinningFunction): ThinningResult {
  const steps: readonly RemovalFunction[] =
    thinning === 'contract_model' ? ['remove_filters', 'remove_channels'] : [thinning];
  let thinned = model;
  const recipes: ThinningRecipe[] = [];
  const kept: KeptChannels[] = [];
  for (const removal of steps) {
    const plan = planThinning(thinned.network, thinned.values, removal);
    if (!plan.ok) return plan;
    kept.push(...plan.kept);
    if (isEmptyRecipe(plan.recipe)) continue;
    recipes.push(plan.recipe);
    thinned = applyThinning(thinned, plan.recipe);
  }
  return { ok: true, model: thinned, recipes, kept };
}

/**
 * A model as a recipe makes it. Nothing of the given one changes; tensors without an entry are passed on.
 *
 * @throws RangeError if a tensor does not have the shape that the network gives it.
 */
export function applyThinning(model: ThinnableModel, recipe: ThinningRecipe): ThinnableModel {
  const shapes = tensorShapes(model.network);
  const select = (tensors: NetworkValues): NetworkValues =>
    new Map(
      Array.from(tensors, ([name, values]) => {
        const selections = recipe.tensors[name];
        return [name, selections ? selectIndices(values, shapes.get(name) ?? [], selections) : values];
      }),
    );
  const layers = model.network.layers.map((layer) => ({ ...layer, ...recipe.layers[layer.name] }));
  return {
    network: { ...model.network, layers },
    values: select(model.values),
    ...(model.velocities && { velocities: select(model.velocities) }),
    ...(model.masks && { masks: select(model.masks) }),
  };
}

function tensorShapes(network: Network): ReadonlyMap<string, readonly number[]> {
  const shapes = new Map(networkParameters(network).map(({ name, shape }) => [name, shape]));
  for (const layer of network.layers) {
    if (layer.kind !== 'batch-norm') continue;
    shapes.set(`${layer.name}.running_mean`, [layer.features]).set(`${layer.name}.running_var`, [layer.features]);
  }
  return shapes;
}

/** The part of a row-major tensor at the kept indices of some axes. */
export function selectIndices(
  values: Float32Array,
  shape: readonly number[],
  selections: readonly AxisSelection[],
): Float32Array {
  const size = shape.reduce((product, length) => product * length, 1);
  if (size !== values.length) {
    throw new RangeError(`${values.length} values are no tensor of the shape [${shape.join(', ')}]`);
  }
  const axes = shape.map((length, axis) => {
    const keep = selections.find((selection) => selection.axis === axis)?.keep;
    return keep ?? Array.from({ length }, (_, index) => index);
  });
  let offsets = [0];
  for (const [axis, keep] of axes.entries()) {
    offsets = offsets.flatMap((offset) => keep.map((index) => offset * shape[axis]! + index));
  }
  return Float32Array.from(offsets, (offset) => values[offset]!);
}
