import * as tf from '@tensorflow/tfjs-core';
import type { BatchNormLayer, DepthwiseLayer, Layer, Network } from '../core/network.ts';
import { addBias, relu } from './operations.ts';

/** Where a forward pass takes its weights from, and what it does with layers that were replaced. */
export interface ForwardContext {
  /** Effective weights by parameter name. */
  readonly weights: (parameter: string) => tf.Tensor;
  /** Output of a replaced layer, or null to run the layer as it is. */
  readonly replaced: (layer: string, input: tf.Tensor) => tf.Tensor | null;
  /** What stands behind a layer that was not replaced, e.g. quantization of its output; the output itself for nothing. */
  readonly behind?: (layer: string, output: tf.Tensor) => tf.Tensor;
  /** What stands before the first layer, e.g. quantization of the inputs. */
  readonly prepareInput: (input: tf.Tensor) => tf.Tensor;
  /** Output of a batch normalization. */
  readonly normalize: (layer: BatchNormLayer, input: tf.Tensor) => tf.Tensor;
  /** Sees the output of every layer, in order, and what it was computed from. */
  readonly observe?: (layer: Layer, output: tf.Tensor, inputs: readonly tf.Tensor[]) => void;
}

/**
 * Runs a network. Differentiable in weights and inputs; the caller tidies.
 *
 * @param input [batch, ...network.inputShape]
 * @returns Output of the last layer, [batch, classes] for a classifier.
 */
export function runNetwork(network: Network, input: tf.Tensor, context: ForwardContext): tf.Tensor {
  const outputs = new Map<string, tf.Tensor>();
  let last = context.prepareInput(input);
  for (const layer of network.layers) {
    const inputs = layer.inputs?.map((name) => outputs.get(name)!) ?? [last];
    last = context.replaced(layer.name, inputs[0]!) ?? runWithBehind(layer, inputs, context);
    outputs.set(layer.name, last);
    context.observe?.(layer, last, inputs);
  }
  return last;
}

function runWithBehind(layer: Layer, inputs: readonly tf.Tensor[], context: ForwardContext): tf.Tensor {
  const output = runLayer(layer, inputs, context);
  return context.behind?.(layer.name, output) ?? output;
}

/** TensorFlow.js stores a multiplier behind the channels where [height, width, 1, channels] has a one before them. */
function depthwiseConvolution(
  { kernelSize, channels, stride, padding }: DepthwiseLayer,
  input: tf.Tensor,
  kernel: tf.Tensor,
) {
  const filters = tf.reshape(kernel, [...kernelSize, channels, 1]);
  return tf.depthwiseConv2d(input as tf.Tensor4D, filters as tf.Tensor4D, stride, padding === 0 ? 'valid' : padding);
}

/** Output of one layer for its inputs. */
export function runLayer(
  layer: Layer,
  inputs: readonly tf.Tensor[],
  { weights, normalize }: Pick<ForwardContext, 'weights' | 'normalize'>,
): tf.Tensor {
  const input = inputs[0]!;
  switch (layer.kind) {
    case 'conv2d': {
      const padding = layer.padding === 0 ? 'valid' : layer.padding;
      const kernel = weights(`${layer.name}.weight`) as tf.Tensor4D;
      const output = tf.conv2d(input as tf.Tensor4D, kernel, layer.stride, padding);
      return layer.bias ? addBias(output, weights(`${layer.name}.bias`)) : output;
    }
    case 'depthwise-conv2d': {
      const output = depthwiseConvolution(layer, input, weights(`${layer.name}.weight`));
      return layer.bias ? addBias(output, weights(`${layer.name}.bias`)) : output;
    }
    case 'dense': {
      const output = tf.matMul(input, weights(`${layer.name}.weight`));
      return layer.bias ? addBias(output, weights(`${layer.name}.bias`)) : output;
    }
    case 'max-pool':
      return tf.maxPool(input as tf.Tensor4D, layer.size, layer.stride ?? layer.size, 'valid');
    case 'avg-pool':
      return tf.avgPool(input as tf.Tensor4D, layer.size, layer.stride ?? layer.size, 'valid');
    case 'flatten':
      return tf.reshape(input, [input.shape[0], -1]);
    case 'relu':
      return relu(input);
    case 'tanh':
      return tf.tanh(input);
    case 'sigmoid':
      return tf.sigmoid(input);
    case 'add':
      return tf.add(input, inputs[1]!);
    case 'channel-pad': {
      const others = input.shape.slice(1).map((): [number, number] => [0, 0]);
      return tf.pad(input, [...others, [layer.before, layer.after]]);
    }
    case 'batch-norm':
      return normalize(layer, input);
  }
}
