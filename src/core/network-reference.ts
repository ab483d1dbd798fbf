import type { BatchNormLayer, ChannelPadLayer, Layer, Network, PoolLayer } from './network.ts';
import { linearForward, type ArrayTensor } from './network-reference-convolution.ts';

/**
 * Weights by parameter name, and for each batch-norm its `<layer>.running_mean` and `<layer>.running_var`; all in project
 * layout.
 */
export type NetworkValues = ReadonlyMap<string, Float32Array>;

/** Sees every layer of a forward pass. */
export type LayerObserver = (layer: Layer, inputs: readonly ArrayTensor[], output: ArrayTensor) => void;

/** The values of that name. @throws RangeError if there are none. */
export function valuesOf(values: NetworkValues, name: string): Float32Array {
  const found = values.get(name);
  if (!found) throw new RangeError(`There are no values of ${name}`);
  return found;
}

/**
 * Evaluates a network on plain arrays: the slow, plain answer that engines are compared with, and what analyses use that
 * need every layer in between. Batch normalization uses its running statistics. Sums run in double precision, every
 * layer's output is float32.
 *
 * @param input [samples, ...network.inputShape]
 * @returns Output of the last layer.
 */
export function evaluateNetwork(
  network: Network,
  input: ArrayTensor,
  values: NetworkValues,
  observe?: LayerObserver,
): ArrayTensor {
  const outputs = new Map<string, ArrayTensor>();
  let last = input;
  for (const layer of network.layers) {
    const inputs = layer.inputs?.map((name) => outputs.get(name)!) ?? [last];
    last = evaluateLayer(layer, inputs, values);
    outputs.set(layer.name, last);
    observe?.(layer, inputs, last);
  }
  return last;
}

/** Output of one layer for its inputs, each [samples, ...]. */
export function evaluateLayer(layer: Layer, inputs: readonly ArrayTensor[], values: NetworkValues): ArrayTensor {
  const input = inputs[0]!;
  switch (layer.kind) {
    case 'conv2d':
    case 'depthwise-conv2d':
    case 'dense': {
      const bias = layer.bias ? valuesOf(values, `${layer.name}.bias`) : null;
      return linearForward(layer, input, valuesOf(values, `${layer.name}.weight`), bias);
    }
    case 'batch-norm':
      return normalize(layer, input, values);
    case 'max-pool':
    case 'avg-pool':
      return pool(layer, input);
    case 'relu':
      return map(input, (value) => Math.max(value, 0));
    case 'tanh':
      return map(input, Math.tanh);
    case 'sigmoid':
      return map(input, (value) => 1 / (1 + Math.exp(-value)));
    case 'flatten':
      return { shape: [input.shape[0]!, input.values.length / input.shape[0]!], values: input.values };
    case 'channel-pad':
      return padChannels(layer, input);
    case 'add':
      return inputs.slice(1).reduce(add, input);
  }
}

const map = ({ shape, values }: ArrayTensor, change: (value: number) => number): ArrayTensor => ({
  shape,
  values: values.map((value) => change(value)),
});

const add = (a: ArrayTensor, b: ArrayTensor): ArrayTensor => ({
  shape: a.shape,
  values: a.values.map((value, index) => value + b.values[index]!),
});

function normalize(layer: BatchNormLayer, input: ArrayTensor, values: NetworkValues): ArrayTensor {
  const [scale, shift, mean, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map((suffix) =>
    valuesOf(values, `${layer.name}.${suffix}`),
  ) as [Float32Array, Float32Array, Float32Array, Float32Array];
  const factors = Float64Array.from(scale, (gamma, c) => gamma / Math.sqrt(variance[c]! + layer.epsilon));
  return {
    shape: input.shape,
    values: input.values.map((value, index) => {
      const c = index % layer.features;
      return (value - mean[c]!) * factors[c]! + shift[c]!;
    }),
  };
}

function padChannels({ before, after }: ChannelPadLayer, { shape, values }: ArrayTensor): ArrayTensor {
  const channels = shape.at(-1)!;
  const wider = before + channels + after;
  const output = new Float32Array((values.length / channels) * wider);
  values.forEach((value, index) => {
    output[Math.floor(index / channels) * wider + before + (index % channels)] = value;
  });
  return { shape: [...shape.slice(0, -1), wider], values: output };
}

function pool(layer: PoolLayer, { shape, values }: ArrayTensor): ArrayTensor {
  const [samples, height, width, channels] = shape as [number, number, number, number];
  const stride = layer.stride ?? layer.size;
  const rows = Math.floor((height - layer.size) / stride) + 1;
  const columns = Math.floor((width - layer.size) / stride) + 1;
  const output = new Float32Array(samples * rows * columns * channels);
  for (let index = 0; index < output.length; index++) {
    const channel = index % channels;
    const column = Math.floor(index / channels) % columns;
    const row = Math.floor(index / (channels * columns)) % rows;
    const sample = Math.floor(index / (channels * columns * rows));
    let largest = -Infinity;
    let sum = 0;
    for (let i = 0; i < layer.size; i++) {
      for (let j = 0; j < layer.size; j++) {
        const pixel = (sample * height + row * stride + i) * width + column * stride + j;
        const value = values[pixel * channels + channel]!;
        largest = Math.max(largest, value);
        sum += value;
      }
    }
    output[index] = layer.kind === 'max-pool' ? largest : sum / layer.size ** 2;
  }
  return { shape: [samples, rows, columns, channels], values: output };
}
