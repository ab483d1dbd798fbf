import type { Layer } from '../network.ts';
import type { ChannelSpace } from './channel-spaces.ts';
import type { AxisSelection, LayerLengths, RemovalFunction, ThinningRecipe } from './thinning-recipe.ts';

/** Channels that go from a space. */
export interface SpaceRemoval {
  readonly space: ChannelSpace;
  readonly indices: readonly number[];
}

/** The recipe that takes channels out of spaces: every tensor and every length that depends on them (reference 10.2). */
export function describeRemoval(
  removal: RemovalFunction,
  removals: readonly SpaceRemoval[],
  layers: ReadonlyMap<string, Layer>,
): ThinningRecipe {
  const tensors: Record<string, AxisSelection[]> = {};
  const lengths: Record<string, LayerLengths> = {};
  for (const change of removals.flatMap((one) => spaceChanges(one, layers))) {
    for (const [tensor, axis] of change.tensors) (tensors[tensor] ??= []).push({ axis, keep: change.keep });
    lengths[change.layer] = { ...lengths[change.layer], [change.length]: change.keep.length };
  }
  const removed = removals.map(({ space, indices }) => ({
    producers: space.producers,
    consumers: [...space.depthwise, ...space.consumers.map(({ layer }) => layer)],
    indices,
    of: space.size,
  }));
  return { removal, removed, tensors, layers: lengths };
}

/** One axis that a layer loses indices of: by which tensors and under which name it holds it. */
interface LayerChange {
  readonly layer: string;
  readonly length: keyof LayerLengths;
  readonly tensors: readonly (readonly [name: string, axis: number])[];
  readonly keep: readonly number[];
}

function spaceChanges({ space, indices }: SpaceRemoval, layers: ReadonlyMap<string, Layer>): readonly LayerChange[] {
  const gone = new Set(indices);
  const keep = Array.from({ length: space.size }, (_, channel) => channel).filter((channel) => !gone.has(channel));
  const spread = (positions: number): readonly number[] => atEveryPosition(keep, space.size, positions);
  const isConvolution = (layer: string): boolean => layers.get(layer)!.kind === 'conv2d';
  const hasBias = (layer: Layer): boolean => 'bias' in layer && layer.bias;
  return [
    ...space.producers.map(
      (layer): LayerChange => ({
        layer,
        length: isConvolution(layer) ? 'outChannels' : 'outFeatures',
        tensors: [
          [`${layer}.weight`, isConvolution(layer) ? 3 : 1],
          ...(hasBias(layers.get(layer)!) ? [[`${layer}.bias`, 0] as const] : []),
        ],
        keep,
      }),
    ),
    ...space.norms.map(
      ({ layer, positions }): LayerChange => ({
        layer,
        length: 'features',
        tensors: ['weight', 'bias', 'running_mean', 'running_var'].map((suffix) => [`${layer}.${suffix}`, 0]),
        keep: spread(positions),
      }),
    ),
    ...space.depthwise.map(
      (layer): LayerChange => ({
        layer,
        length: 'channels',
        tensors: [[`${layer}.weight`, 3], ...(hasBias(layers.get(layer)!) ? [[`${layer}.bias`, 0] as const] : [])],
        keep,
      }),
    ),
    ...space.consumers.map(
      ({ layer, positions }): LayerChange => ({
        layer,
        length: isConvolution(layer) ? 'inChannels' : 'inFeatures',
        tensors: [[`${layer}.weight`, isConvolution(layer) ? 2 : 0]],
        keep: spread(positions),
      }),
    ),
  ];
}

/** Indices on an axis that holds the channels of each pixel one after the other, as flatten (HWC) leaves them. */
function atEveryPosition(channels: readonly number[], size: number, positions: number): readonly number[] {
  return Array.from({ length: positions }, (_, position) => position * size).flatMap((offset) =>
    channels.map((channel) => offset + channel),
  );
}
