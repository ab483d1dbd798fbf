import { lax, nn, numpy as np } from '@jax-js/jax';
import type { Layer, Network, ParameterSpec } from '../core/network.ts';

/** Arrays by parameter name, in the layout of jax-js: channels before height and width, kernels [out, in, height, width]. */
export type Arrays = Record<string, np.Array>;

/**
 * Logits of a network, as a function of parameters and a batch. Both are consumed: jax-js frees an array with its last use.
 *
 * @throws RangeError on layers that the measured models do not have.
 */
export function createPredict(network: Network): (parameters: Arrays, inputs: np.Array) => np.Array {
  const uses = countUses(network);
  return (parameters, inputs) => {
    const outputs = new Map<string, { readonly array: np.Array; left: number }>();
    const take = (name: string): np.Array => {
      const held = outputs.get(name)!;
      held.left--;
      return held.left > 0 ? held.array.ref : held.array;
    };
    let before = '';
    outputs.set(before, { array: inputs, left: 1 });
    for (const layer of network.layers) {
      const read = (layer.inputs ?? [before]).map(take);
      outputs.set(layer.name, { array: runLayer(layer, read, parameters), left: uses.get(layer.name) ?? 1 });
      before = layer.name;
    }
    return take(before);
  };
}

/** [count, height, width, channels] becomes [count, channels, height, width]; other shapes stay. */
export function channelsFirst(values: Float32Array, shape: readonly number[]): np.Array {
  const array = np.array(values, { shape: [...shape], dtype: np.float32 });
  return shape.length === 4
    ? np.array(transposed(values, shape, [0, 3, 1, 2]), { shape: [shape[0]!, shape[3]!, shape[1]!, shape[2]!] })
    : array;
}

/** A parameter in project layout for `createPredict`. Rows of a dense kernel behind feature maps follow their channels. */
export function toJaxLayout(network: Network, spec: ParameterSpec, values: Float32Array): np.Array {
  const { shape, layerKind, role } = spec;
  if (role === 'kernel' && layerKind === 'conv2d') {
    const [height, width, incoming, outgoing] = shape as [number, number, number, number];
    return np.array(transposed(values, shape, [3, 2, 0, 1]), { shape: [outgoing, incoming, height, width] });
  }
  const map = role === 'kernel' ? flattenedMap(network, spec.layer, shape[0]!) : null;
  if (map !== null) {
    const [positions, channels] = map;
    const rows = transposed(values, [positions, channels, shape[1]!], [1, 0, 2]);
    return np.array(rows, { shape: [...shape] });
  }
  const isOfMaps = layerKind === 'conv2d' || layerKind === 'batch-norm';
  return np.array(values.slice(), { shape: isOfMaps ? [shape[0]!, 1, 1] : [...shape] });
}

/** Positions and channels of the feature map that a dense layer reads flattened; null for other layers. */
function flattenedMap(network: Network, layer: string, rows: number): readonly [number, number] | null {
  const at = network.layers.findIndex(({ name }) => name === layer);
  if (network.layers[at - 1]?.kind !== 'flatten') return null;
  const producer = network.layers.slice(0, at).findLast(({ kind }) => kind === 'conv2d');
  if (producer?.kind !== 'conv2d') {
    const [height = 1, width = 1, channels = 1] = network.inputShape;
    return [height * width, channels];
  }
  return [rows / producer.outChannels, producer.outChannels];
}

function transposed(
  values: Float32Array,
  shape: readonly number[],
  order: readonly number[],
): Float32Array<ArrayBuffer> {
  const result = new Float32Array(values.length);
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, length) => product * length, 1));
  const lengths = order.map((axis) => shape[axis]!);
  const index = lengths.map(() => 0);
  for (let at = 0; at < values.length; at++) {
    let from = 0;
    for (let axis = 0; axis < index.length; axis++) from += index[axis]! * strides[order[axis]!]!;
    result[at] = values[from]!;
    for (let axis = index.length - 1; axis >= 0 && ++index[axis]! === lengths[axis]!; axis--) index[axis] = 0;
  }
  return result;
}

function countUses({ layers }: Network): ReadonlyMap<string, number> {
  const uses = new Map<string, number>();
  layers.forEach(({ inputs }, at) => {
    const read = inputs ?? [layers[at - 1]?.name ?? ''];
    for (const name of read) uses.set(name, (uses.get(name) ?? 0) + 1);
  });
  return uses;
}

function runLayer(layer: Layer, [input, other]: readonly np.Array[], parameters: Arrays): np.Array {
  const x = input!;
  const weight = parameters[`${layer.name}.weight`];
  const bias = parameters[`${layer.name}.bias`];
  switch (layer.kind) {
    case 'conv2d': {
      const padding: [number, number] = [layer.padding, layer.padding];
      const output = lax.convGeneralDilated(x, weight!, [layer.stride, layer.stride], [padding, padding]);
      return bias === undefined ? output : output.add(bias);
    }
    case 'dense': {
      const output = np.dot(x, weight!);
      return bias === undefined ? output : output.add(bias);
    }
    case 'batch-norm':
      return nn.standardize(x, [0, 2, 3], { epsilon: layer.epsilon }).mul(weight!).add(bias!);
    case 'max-pool':
    case 'avg-pool': {
      const stride = layer.stride ?? layer.size;
      const computation = layer.kind === 'max-pool' ? np.max : np.mean;
      return lax.reduceWindow(x, (window) => computation(window), [layer.size, layer.size], [stride, stride]);
    }
    case 'flatten':
      return x.reshape([x.shape[0]!, -1]);
    case 'relu':
      return nn.relu(x);
    case 'add':
      return x.add(other!);
    default:
      throw new RangeError(`${layer.kind} is not measured with jax-js`);
  }
}
