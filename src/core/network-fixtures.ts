import type { ArrayTensor } from './network-reference-convolution.ts';
import type { NetworkValues } from './network-reference.ts';
import {
  networkParameters,
  type BatchNormLayer,
  type ConvolutionLayer,
  type DenseLayer,
  type DepthwiseLayer,
  type Network,
} from './network.ts';
import { createRandom } from './random.ts';

/** What tests of whole networks share: small networks with random weights. */

export function convolution(
  name: string,
  inChannels: number,
  outChannels: number,
  rest: Partial<ConvolutionLayer> = {},
): ConvolutionLayer {
  const defaults = { kernelSize: [3, 3], stride: 1, padding: 1, bias: false } as const;
  return { name, kind: 'conv2d', inChannels, outChannels, ...defaults, ...rest };
}

export function depthwise(name: string, channels: number, rest: Partial<DepthwiseLayer> = {}): DepthwiseLayer {
  const defaults = { kernelSize: [3, 3], stride: 1, padding: 1, bias: false } as const;
  return { name, kind: 'depthwise-conv2d', channels, ...defaults, ...rest };
}

export function dense(name: string, inFeatures: number, outFeatures: number, bias = true): DenseLayer {
  return { name, kind: 'dense', inFeatures, outFeatures, bias };
}

export function norm(name: string, features: number): BatchNormLayer {
  return { name, kind: 'batch-norm', features, epsilon: 1e-5, momentum: 0.1 };
}

/** conv1 -> bn1 -> relu1 -> pool -> conv2 -> relu2 -> flat -> fc, for 6 × 6 images with 2 channels and 3 classes. */
export const plainNetwork: Network = {
  name: 'plain',
  inputShape: [6, 6, 2],
  layers: [
    convolution('conv1', 2, 4),
    norm('bn1', 4),
    { name: 'relu1', kind: 'relu' },
    { name: 'pool', kind: 'max-pool', size: 2 },
    convolution('conv2', 4, 5, { padding: 0, kernelSize: [2, 2] }),
    { name: 'relu2', kind: 'relu' },
    { name: 'flat', kind: 'flatten' },
    dense('fc', 20, 3),
  ],
};

/** A residual block: `add` joins what `conv1` and `block.conv2` make; `block.conv1` and `exit` read such sums. */
export const residualNetwork: Network = {
  name: 'residual',
  inputShape: [4, 4, 1],
  layers: [
    convolution('conv1', 1, 4),
    norm('bn1', 4),
    { name: 'relu1', kind: 'relu' },
    convolution('block.conv1', 4, 3),
    { name: 'block.relu', kind: 'relu' },
    convolution('block.conv2', 3, 4),
    norm('block.bn2', 4),
    { name: 'add', kind: 'add', inputs: ['block.bn2', 'relu1'] },
    { name: 'relu2', kind: 'relu' },
    { name: 'avgpool', kind: 'avg-pool', size: 2 },
    { name: 'flat', kind: 'flatten' },
    dense('fc', 16, 3),
  ],
};

/** conv1 -> bn1 -> relu1 -> depth -> bn2 -> relu2 -> point -> relu3 -> flat -> fc, for 5 × 5 images with 2 channels. */
export const separableNetwork: Network = {
  name: 'separable',
  inputShape: [5, 5, 2],
  layers: [
    convolution('conv1', 2, 5),
    norm('bn1', 5),
    { name: 'relu1', kind: 'relu' },
    depthwise('depth', 5, { stride: 2, bias: true }),
    norm('bn2', 5),
    { name: 'relu2', kind: 'relu' },
    convolution('point', 5, 3, { kernelSize: [1, 1], padding: 0 }),
    { name: 'relu3', kind: 'relu' },
    { name: 'flat', kind: 'flatten' },
    dense('fc', 27, 3),
  ],
};

/** Random weights, and running statistics with variances above 0. */
export function randomValues(network: Network, seed: number): Map<string, Float32Array> {
  const random = createRandom(seed);
  const draw = (size: number, min: number, max: number): Float32Array =>
    Float32Array.from({ length: size }, () => random.uniform(min, max));
  const values = new Map(
    networkParameters(network).map(({ name, size, role }) => [
      name,
      role === 'scale' ? draw(size, 0.5, 1.5) : draw(size, -1, 1),
    ]),
  );
  for (const layer of network.layers) {
    if (layer.kind !== 'batch-norm') continue;
    values.set(`${layer.name}.running_mean`, draw(layer.features, -0.5, 0.5));
    values.set(`${layer.name}.running_var`, draw(layer.features, 0.5, 2));
  }
  return values;
}

/** Random samples for a network. */
export function randomBatch(network: Network, samples: number, seed: number): ArrayTensor {
  const random = createRandom(seed);
  const shape = [samples, ...network.inputShape];
  const size = shape.reduce((product, length) => product * length, 1);
  return { shape, values: Float32Array.from({ length: size }, () => random.normal()) };
}

/** Values with the given indices of the last axis of one weight set to zero. */
export function withZeroFilters(values: NetworkValues, weight: string, filters: number, indices: readonly number[]) {
  const kernel = values.get(weight)!.map((value, index) => (indices.includes(index % filters) ? 0 : value));
  return new Map(values).set(weight, kernel);
}

/** The largest difference between two tensors of one shape. */
export function largestDifference(a: ArrayTensor, b: ArrayTensor): number {
  return a.values.reduce((largest, value, index) => Math.max(largest, Math.abs(value - b.values[index]!)), 0);
}
