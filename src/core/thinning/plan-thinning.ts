import { isConvolution, isLinear, kernelShape, type Layer, type Network } from '../network.ts';
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
 * layers. A depthwise layer hands channels on: its filters go with those of the layer before it, and a filter of its own that
 * is zero takes that one along, provided nobody reads the channel before it. What counts are the weights, not masks. All layers that make channels which an addition joins must have the
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
    const outcome = planSpace(space, layers, values, removal);
    if ('code' in outcome) return { ok: false, refusal: outcome };
    kept.push(...outcome.kept);
    if (outcome.indices.length > 0) removals.push({ space, indices: outcome.indices });
  }
  return { ok: true, recipe: describeRemoval(removal, removals, layers), kept };
}

/** What goes of a space, and what is zero and stays. */
interface SpaceOutcome {
  readonly indices: readonly number[];
  readonly kept: readonly KeptChannels[];
}

function planSpace(
  space: ChannelSpace,
  layers: ReadonlyMap<string, Layer>,
  values: NetworkValues,
  removal: RemovalFunction,
): SpaceOutcome | ThinningRefusal {
  const evidence = evidenceOf(space, layers, values, removal);
  const inside = removal === 'remove_filters' ? depthwiseEvidence(space, layers, values) : [];
  const found = [...evidence, ...inside].filter(({ indices }) => indices.length > 0);
  if (space.fixedBecause !== null) {
    const reason = `These channels stay: ${space.fixedBecause}.`;
    return { indices: [], kept: found.map((one) => ({ ...one, reason })) };
  }
  const refusal = findDisagreement(evidence, removal);
  if (refusal) return refusal;
  const dead = new Set([...(evidence[0]?.indices ?? []), ...deadInside(space, inside)]);
  if (dead.size > 0 && dead.size === space.size) return nothingLeft(found);
  return { indices: [...dead].sort((a, b) => a - b), kept: readBefore(space, inside, dead) };
}

/** Zero filters of the depthwise layers of a space. */
function depthwiseEvidence(
  { depthwise }: ChannelSpace,
  layers: ReadonlyMap<string, Layer>,
  values: NetworkValues,
): readonly Evidence[] {
  return depthwise.map((layer) => ({ layer, indices: zeroStructures(layers.get(layer)!, values, 'filter') }));
}

/** Channels that meet a zero filter on every way to a layer that reads them. */
function deadInside({ consumers, size }: ChannelSpace, inside: readonly Evidence[]): readonly number[] {
  if (consumers.length === 0 || inside.length === 0) return [];
  return Array.from({ length: size }, (_, channel) => channel).filter((channel) =>
    consumers.every(({ behind }) =>
      inside.some(({ layer, indices }) => behind.includes(layer) && indices.includes(channel)),
    ),
  );
}

/** Zero filters of depthwise layers that stay, because somebody reads their channels elsewhere. */
function readBefore(
  { consumers }: ChannelSpace,
  inside: readonly Evidence[],
  dead: ReadonlySet<number>,
): readonly KeptChannels[] {
  return inside.flatMap(({ layer, indices }) => {
    const staying = indices.filter((index) => !dead.has(index));
    if (staying.length === 0) return [];
    const readers = consumers.filter(({ behind }) => !behind.includes(layer)).map((consumer) => consumer.layer);
    return [{ layer, indices: staying, reason: `These channels stay: ${readers.join(' and ')} read them elsewhere.` }];
  });
}

/** Zero filters of several layers that leave nothing, although each layer has others. */
function nothingLeft(found: readonly Evidence[]): ThinningRefusal {
  const parameters = found.map(({ layer }) => `${layer}.weight`);
  const message = `Every channel has a zero filter in ${parameters.join(' or ')}, so nothing would be left of them.`;
  return { code: 'all-zero', parameters, message };
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
  const norms = groupNorms(weights, groupStructures(shapeOf(layer), structure), 'Max');
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

function shapeOf(layer: Layer): readonly number[] {
  if (isLinear(layer)) return kernelShape(layer);
  throw new RangeError(`Layer ${layer.name} has no kernel`);
}

function findAllZero(network: Network, values: NetworkValues, removal: RemovalFunction): ThinningRefusal | null {
  const parameters = network.layers
    .filter((layer) => isConvolution(layer) || (layer.kind === 'dense' && removal === 'remove_channels'))
    .map(({ name }) => `${name}.weight`)
    .filter((name) => valuesOf(values, name).every((weight) => weight === 0));
  if (parameters.length === 0) return null;
  const message = `Every weight of ${parameters.join(' and ')} is zero, so nothing would be left of it.`;
  return { code: 'all-zero', parameters, message };
}

function findDisagreement(evidence: readonly Evidence[], removal: RemovalFunction): ThinningRefusal | null {
  const first = evidence[0]?.indices.join();
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
