import type { Layer, Network } from '../network.ts';
import { valuesOf, type NetworkValues } from '../network-reference.ts';
import { groupNorms } from '../structure-norms.ts';
import { groupStructures } from '../structures.ts';
import { channelSpaces, type ChannelSpace, type SpaceMember } from './channel-spaces.ts';
import { describeRemoval, type SpaceRemoval } from './describe-removal.ts';
import type { KeptChannels, RemovalFunction, ThinningPlan, ThinningRefusal } from './thinning-recipe.ts';

/** Zero channels of one space, as one layer's weights show them. */
interface Evidence {
  readonly layer: string;
  readonly indices: readonly number[];
}

/**
 * Decides which channels of a network can be removed because weights are entirely zero (reference 10.1-10.4).
 *
 * `remove_filters` looks at the filters of convolutions, `remove_channels` at the input channels of convolutions and dense
 * layers. What counts are the weights, not masks. All layers that make channels which an addition joins must have the
 * same zero filters, and all that read a channel must ignore it: otherwise the plan is refused, naming them. Channels that
 * are the network's own input or output stay.
 *
 * Two things are as Distiller meant them: a batch normalization belongs to the layer that it normalizes, never to one
 * behind the next convolution; and a dense layer loses an input channel only if all its pixels are ignored.
 */
export function planThinning(network: Network, values: NetworkValues, removal: RemovalFunction): ThinningPlan {
  const layers = new Map(network.layers.map((layer) => [layer.name, layer]));
  const allZero = findAllZero(network, values, removal);
  if (allZero) return { ok: false, refusal: allZero };
  const removals: SpaceRemoval[] = [];
  const kept: KeptChannels[] = [];
  for (const space of channelSpaces(network)) {
    const evidence = evidenceOf(space, layers, values, removal);
    const found = evidence.filter(({ indices }) => indices.length > 0);
    if (found.length === 0) continue;
    if (space.fixedBecause !== null) {
      kept.push(...found.map((one) => ({ ...one, reason: `These channels stay: ${space.fixedBecause}.` })));
      continue;
    }
    const refusal = findDisagreement(evidence, removal);
    if (refusal) return { ok: false, refusal };
    removals.push({ space, indices: found[0]!.indices });
  }
  return { ok: true, recipe: describeRemoval(removal, removals, layers), kept };
}

/** What the layers of a space say. Dense layers only count for filters where they are added to a convolution. */
function evidenceOf(
  space: ChannelSpace,
  layers: ReadonlyMap<string, Layer>,
  values: NetworkValues,
  removal: RemovalFunction,
): readonly Evidence[] {
  if (removal === 'remove_channels') {
    return space.consumers.map((member) => ({
      layer: member.layer,
      indices: zeroInputs(member, space.size, values, layers),
    }));
  }
  if (!space.producers.some((name) => layers.get(name)!.kind === 'conv2d')) return [];
  return space.producers.map((name) => ({ layer: name, indices: zeroStructures(layers.get(name)!, values, 'filter') }));
}

function zeroStructures(layer: Layer, values: NetworkValues, structure: 'filter' | 'channel'): readonly number[] {
  const weights = valuesOf(values, `${layer.name}.weight`);
  const norms = groupNorms(weights, groupStructures(kernelShape(layer), structure), 'Max');
  return Array.from(norms.keys()).filter((index) => norms[index] === 0);
}

/** Channels of a space that a layer ignores at every pixel. */
function zeroInputs(
  { layer, positions }: SpaceMember,
  size: number,
  values: NetworkValues,
  layers: ReadonlyMap<string, Layer>,
): readonly number[] {
  const zero = new Set(zeroStructures(layers.get(layer)!, values, 'channel'));
  const pixels = Array.from({ length: positions }, (_, position) => position * size);
  return Array.from({ length: size }, (_, channel) => channel).filter((channel) =>
    pixels.every((offset) => zero.has(offset + channel)),
  );
}

/** Shape of a layer's kernel: HWIO or [in, out]. */
function kernelShape(layer: Layer): readonly number[] {
  if (layer.kind === 'conv2d') return [...layer.kernelSize, layer.inChannels, layer.outChannels];
  if (layer.kind === 'dense') return [layer.inFeatures, layer.outFeatures];
  throw new RangeError(`Layer ${layer.name} has no kernel`);
}

function findAllZero(network: Network, values: NetworkValues, removal: RemovalFunction): ThinningRefusal | null {
  const parameters = network.layers
    .filter(({ kind }) => kind === 'conv2d' || (kind === 'dense' && removal === 'remove_channels'))
    .map(({ name }) => `${name}.weight`)
    .filter((name) => valuesOf(values, name).every((weight) => weight === 0));
  if (parameters.length === 0) return null;
  const message = `Every weight of ${parameters.join(' and ')} is zero, so nothing would be left of it.`;
  return { code: 'all-zero', parameters, message };
}

function findDisagreement(evidence: readonly Evidence[], removal: RemovalFunction): ThinningRefusal | null {
  const first = evidence[0]!.indices.join();
  if (evidence.every(({ indices }) => indices.join() === first)) return null;
  const lists = evidence.map(({ layer, indices }) => `${layer}.weight: ${indices.join(', ') || 'none'}`).join('; ');
  const shared =
    removal === 'remove_filters'
      ? 'The outputs of these layers are added, so they must lose the same filters. Zero filters of'
      : 'These layers read the same channels, so all of them must ignore a channel that goes. Zero channels of';
  const remedy = 'Prune them as one group, e.g. with `group_dependency: Leader`.';
  return {
    code: 'unequal',
    parameters: evidence.map(({ layer }) => `${layer}.weight`),
    message: `${shared} ${lists}. ${remedy}`,
  };
}
