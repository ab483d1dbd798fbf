import type { Layer, Network } from './network.ts';
import { linkLayers } from './network-graph.ts';

/** Activations by kind. */
export function isActivation({ kind }: Layer): boolean {
  return kind === 'relu' || kind === 'tanh' || kind === 'sigmoid';
}

/**
 * The activation that reads the outputs of a layer, channel by channel: the first one behind it, through normalization,
 * pooling and addition. Null if another layer with weights, a flatten or a widening comes first, or nothing.
 *
 * @throws RangeError if there is no such layer.
 */
export function activationBehind(network: Network, layer: string): string | null {
  const links = linkLayers(network);
  const start = links.get(layer);
  if (start === undefined) throw new RangeError(`There is no layer ${layer}`);
  const waiting = [...start.consumers];
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const { layer: found, consumers } = links.get(name)!;
    if (isActivation(found)) return name;
    if (keepsChannels(found)) waiting.push(...consumers);
  }
  return null;
}

function keepsChannels({ kind }: Layer): boolean {
  return kind === 'batch-norm' || kind === 'max-pool' || kind === 'avg-pool' || kind === 'add';
}
