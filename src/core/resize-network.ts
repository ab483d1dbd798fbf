import type { Layer, Network } from './network.ts';

/**
 * A network with the lengths that its tensors have, e.g. those of a thinned one.
 *
 * @param shapes By parameter name, in project layout.
 * @throws RangeError if a parameter is missing.
 */
export function resizeNetwork(network: Network, shapes: ReadonlyMap<string, readonly number[]>): Network {
  const lengthsOf = ({ name }: Layer): readonly number[] => {
    const shape = shapes.get(`${name}.weight`);
    if (shape === undefined) throw new RangeError(`There are no weights of ${name}`);
    return shape;
  };
  const layers = network.layers.map((layer): Layer => {
    switch (layer.kind) {
      case 'conv2d': {
        const [, , inChannels = 0, outChannels = 0] = lengthsOf(layer);
        return { ...layer, inChannels, outChannels };
      }
      case 'depthwise-conv2d':
        return { ...layer, channels: lengthsOf(layer).at(-1) ?? 0 };
      case 'dense': {
        const [inFeatures = 0, outFeatures = 0] = lengthsOf(layer);
        return { ...layer, inFeatures, outFeatures };
      }
      case 'batch-norm':
        return { ...layer, features: lengthsOf(layer)[0] ?? 0 };
      default:
        return layer;
    }
  });
  return { ...network, layers };
}
