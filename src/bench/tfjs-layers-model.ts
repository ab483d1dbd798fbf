import * as tf from '@tensorflow/tfjs-core';
import {
  layers as make,
  type LayersModel,
  model as createModel,
  input,
  type SymbolicTensor,
} from '@tensorflow/tfjs-layers';
import type { ConvolutionLayer, Layer } from '../core/network.ts';
import type { BenchTask } from './bench-task.ts';

/** What is needed of a layer of TensorFlow.js; its class is not exported. */
interface TfLayer {
  apply(inputs: SymbolicTensor | SymbolicTensor[]): unknown;
  setWeights(weights: tf.Tensor[]): void;
}

/**
 * The network of a task as a model of TensorFlow.js, with the task's weights; softmax stands behind the last layer.
 *
 * @throws RangeError on layers that the measured models do not have.
 */
export function createLayersModel({ schedule: { network }, values }: BenchTask): LayersModel {
  const outputs = new Map<string, SymbolicTensor>();
  const made: [TfLayer, Layer][] = [];
  const first = input({ shape: [...network.inputShape] });
  let last = first;
  for (const layer of network.layers) {
    const read = layer.inputs?.map((name) => outputs.get(name)!) ?? [last];
    const layers = createLayers(layer);
    last = layers.reduce<unknown>(
      (inputs, next) => next.apply(inputs as SymbolicTensor),
      read.length === 1 ? read[0] : read,
    ) as SymbolicTensor;
    outputs.set(layer.name, last);
    made.push([layers.at(-1)!, layer]);
  }
  const softmax = make.activation({ activation: 'softmax' }).apply(last) as SymbolicTensor;
  const model = createModel({ inputs: first, outputs: softmax });
  for (const [own, layer] of made) if (hasWeights(layer)) setWeights(own, layer, values);
  return model;
}

/** In order; the last one has the weights. */
function createLayers(layer: Layer): readonly TfLayer[] {
  switch (layer.kind) {
    case 'conv2d':
      return createConvolution(layer);
    case 'dense':
      return [make.dense({ units: layer.outFeatures, useBias: layer.bias })];
    case 'batch-norm':
      return [make.batchNormalization({ epsilon: layer.epsilon, momentum: 1 - layer.momentum })];
    case 'max-pool':
      return [make.maxPooling2d({ poolSize: layer.size, strides: layer.stride ?? layer.size })];
    case 'avg-pool':
      return [make.averagePooling2d({ poolSize: layer.size, strides: layer.stride ?? layer.size })];
    case 'flatten':
      return [make.flatten()];
    case 'relu':
      return [make.reLU()];
    case 'add':
      return [make.add()];
    default:
      throw new RangeError(`${layer.kind} is not measured with model.fit`);
  }
}

/** Padding `same` means other zeros when the stride is not 1. */
function createConvolution(layer: ConvolutionLayer): readonly TfLayer[] {
  const { padding, stride, kernelSize, outChannels, bias } = layer;
  const isSame = stride === 1 && padding > 0 && kernelSize.every((size) => size === 2 * padding + 1);
  const convolution = make.conv2d({
    filters: outChannels,
    kernelSize: [...kernelSize],
    strides: stride,
    useBias: bias,
    padding: isSame ? 'same' : 'valid',
  });
  return padding === 0 || isSame ? [convolution] : [make.zeroPadding2d({ padding }), convolution];
}

function hasWeights({ kind }: Layer): boolean {
  return kind === 'conv2d' || kind === 'dense' || kind === 'batch-norm';
}

function setWeights(made: TfLayer, layer: Layer, values: BenchTask['values']): void {
  const own = ['weight', 'bias'].flatMap((suffix) => values.get(`${layer.name}.${suffix}`) ?? []);
  const features = layer.kind === 'batch-norm' ? layer.features : 0;
  const statistics = features === 0 ? [] : [new Float32Array(features), new Float32Array(features).fill(1)];
  tf.tidy(() => {
    const tensors = [...own, ...statistics].map((held, index) =>
      tf.tensor(held, index === 0 ? shapeOf(layer) : undefined),
    );
    made.setWeights(tensors);
  });
}

function shapeOf(layer: Layer): number[] | undefined {
  switch (layer.kind) {
    case 'conv2d':
      return [...layer.kernelSize, layer.inChannels, layer.outChannels];
    case 'dense':
      return [layer.inFeatures, layer.outFeatures];
    default:
      return undefined;
  }
}
