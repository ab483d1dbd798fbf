import type {
  BatchNormLayer,
  ConvolutionLayer,
  DenseLayer,
  DepthwiseLayer,
  Layer,
  PoolLayer,
} from '../core/network.ts';

/** Layers as PyTorch makes them by default. */

/** Inputs and outputs of a layer. */
type Lengths = readonly [incoming: number, outgoing: number];

/** A square convolution with stride 1, no padding and a bias, unless said otherwise. */
export function convolution(
  name: string,
  [inChannels, outChannels]: Lengths,
  size: number,
  rest: Partial<ConvolutionLayer> = {},
): ConvolutionLayer {
  const defaults = { kernelSize: [size, size], stride: 1, padding: 0, bias: true } as const;
  return { name, kind: 'conv2d', inChannels, outChannels, ...defaults, ...rest };
}

/** A 3×3 convolution of each channel by itself that keeps height and width where the stride is 1, without bias. */
export function depthwise(name: string, channels: number, stride: number): DepthwiseLayer {
  return { name, kind: 'depthwise-conv2d', channels, kernelSize: [3, 3], stride, padding: 1, bias: false };
}

export function dense(name: string, [inFeatures, outFeatures]: Lengths): DenseLayer {
  return { name, kind: 'dense', inFeatures, outFeatures, bias: true };
}

export function batchNorm(name: string, features: number): BatchNormLayer {
  return { name, kind: 'batch-norm', features, epsilon: 1e-5, momentum: 0.1 };
}

export function relu(name: string): Layer {
  return { name, kind: 'relu' };
}

export function maxPool(name: string): PoolLayer {
  return { name, kind: 'max-pool', size: 2 };
}

export function averagePool(name: string, size: number): PoolLayer {
  return { name, kind: 'avg-pool', size };
}

/** Distiller flattens inside `forward`; here it is a layer of its own, which no schedule addresses. */
export const flatten: Layer = { name: 'flatten', kind: 'flatten' };
