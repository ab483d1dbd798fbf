import type { Layer } from '../network.ts';
import type { ChannelSpace } from './channel-spaces.ts';
import type { AxisSelection, LayerLengths, RemovalFunction, ThinningRecipe } from './thinning-recipe.ts';

/** The recipe that takes channels out of spaces: every tensor and every length that depends on them (reference 10.2). */
export function describeRemoval(
  removal: RemovalFunction,
  removals: readonly { readonly space: ChannelSpace; readonly indices: readonly number[] }[],
  layers: ReadonlyMap<string, Layer>,
): ThinningRecipe {
  const tensors: Record<string, AxisSelection[]> = {};
  const lengths: Record<string, LayerLengths> = {};
  const select = (name: string, axis: number, keep: readonly number[]): void => {
    (tensors[name] ??= []).push({ axis, keep });
  };
  const change = (layer: string, change: LayerLengths): void => {
    lengths[layer] = { ...lengths[layer], ...change };
  };
  for (const { space, indices } of removals) {
    const gone = new Set(indices);
    const keep = Array.from({ length: space.size }, (_, channel) => channel).filter((channel) => !gone.has(channel));
    for (const name of space.producers) {
      const layer = layers.get(name)!;
      const isConvolution = layer.kind === 'conv2d';
      select(`${name}.weight`, isConvolution ? 3 : 1, keep);
      if ('bias' in layer && layer.bias) select(`${name}.bias`, 0, keep);
      change(name, isConvolution ? { outChannels: keep.length } : { outFeatures: keep.length });
    }
    for (const { layer, positions } of space.norms) {
      const spread = atEveryPosition(keep, space.size, positions);
      for (const suffix of ['weight', 'bias', 'running_mean', 'running_var']) select(`${layer}.${suffix}`, 0, spread);
      change(layer, { features: spread.length });
    }
    for (const { layer, positions } of space.consumers) {
      const isConvolution = layers.get(layer)!.kind === 'conv2d';
      const spread = atEveryPosition(keep, space.size, positions);
      select(`${layer}.weight`, isConvolution ? 2 : 0, spread);
      change(layer, isConvolution ? { inChannels: spread.length } : { inFeatures: spread.length });
    }
  }
  const removed = removals.map(({ space, indices }) => ({
    producers: space.producers,
    consumers: space.consumers.map(({ layer }) => layer),
    indices,
    of: space.size,
  }));
  return { removal, removed, tensors, layers: lengths };
}

/** Indices on an axis that holds the channels of each pixel one after the other, as flatten (HWC) leaves them. */
function atEveryPosition(channels: readonly number[], size: number, positions: number): readonly number[] {
  return Array.from({ length: positions }, (_, position) => position * size).flatMap((offset) =>
    channels.map((channel) => offset + channel),
  );
}
