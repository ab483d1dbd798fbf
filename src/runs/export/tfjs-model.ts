import type { ConvolutionLayer, DepthwiseLayer, Layer, Network } from '../../core/network.ts';
import { outputLayers } from '../../core/network.ts';
import { networkGraph, networkInput } from '../../core/network-graph.ts';
import { valuesOf, type NetworkValues } from '../../core/network-reference.ts';
import { float32Bytes } from './npz.ts';
import { concatBytes } from './protobuf.ts';

/** The two files of a TensorFlow.js layers model, which lie side by side. */
export interface TfjsModelFiles {
  /** `model.json` */
  readonly model: string;
  /** `weights.bin` */
  readonly weights: Uint8Array<ArrayBuffer>;
}

/** A Keras layer in the making: what it is called in Keras, how it is set up, what it reads. */
interface KerasLayer {
  readonly className: string;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly inputs: readonly string[];
  readonly weights: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly values: Float32Array;
  }[];
}

/**
 * A network in TensorFlow.js's layers format (js.tensorflow.org/api/latest/#loadLayersModel), as a functional model: it takes
 * [samples, ...inputShape] and gives logits, of early exits first. What Keras has no layer for is composed: padding is a layer
 * of its own, and new channels of zeros are a 1×1 convolution with a fixed kernel.
 *
 * Quantized weights keep the values they were quantized to; activations are float.
 *
 * @throws RangeError if a layer has no values.
 */
export function tfjsModel(network: Network, values: NetworkValues): TfjsModelFiles {
  const graph = networkGraph(network);
  const layers = [
    inputLayer(network),
    ...[...graph.values()].flatMap(({ layer, inputs, inputShapes }) =>
      kerasLayers(layer, inputs.map(kerasName), { inputShape: inputShapes[0]!, values }),
    ),
  ];
  const weights = layers.flatMap((layer) => layer.weights);
  const reference = (name: string): readonly [string, number, number] => [kerasName(name), 0, 0];
  const topology = {
    keras_version: '2.1.6',
    backend: 'tensorflow',
    model_config: {
      class_name: 'Model',
      config: {
        name: network.name,
        layers: layers.map(layerEntry),
        input_layers: [reference(networkInput)],
        output_layers: outputLayers(network).map(reference),
      },
    },
  };
  const model = {
    format: 'layers-model',
    generatedBy: 'Distiller Playground',
    convertedBy: null,
    modelTopology: topology,
    weightsManifest: [
      {
        paths: ['weights.bin'],
        weights: weights.map(({ name, shape }) => ({ name, shape, dtype: 'float32' })),
      },
    ],
  };
  return {
    model: `${JSON.stringify(model)}\n`,
    weights: concatBytes(weights.map((weight) => float32Bytes(weight.values))),
  };
}

const kerasName = (name: string): string => (name === networkInput ? 'input' : name);

function layerEntry({ className, name, config, inputs }: KerasLayer) {
  return {
    name,
    class_name: className,
    config: { name, trainable: true, dtype: 'float32', ...config },
    inbound_nodes: inputs.length === 0 ? [] : [inputs.map((input) => [input, 0, 0, {}])],
  };
}

function inputLayer({ inputShape }: Network): KerasLayer {
  const config = { batch_input_shape: [null, ...inputShape], sparse: false };
  return { className: 'InputLayer', name: kerasName(networkInput), config, inputs: [], weights: [] };
}

interface Surroundings {
  readonly inputShape: readonly number[];
  readonly values: NetworkValues;
}

/** The last one has the layer's own name. */
function kerasLayers(layer: Layer, inputs: readonly string[], around: Surroundings): readonly KerasLayer[] {
  const { name } = layer;
  const plain = (className: string, config: KerasLayer['config'] = {}): readonly KerasLayer[] => [
    { className, name, config, inputs, weights: [] },
  ];
  switch (layer.kind) {
    case 'conv2d':
      return convolutionLayers(layer, inputs, around);
    case 'depthwise-conv2d':
      return depthwiseLayers(layer, inputs, around);
    case 'dense': {
      const weights = linearWeights(layer, [layer.inFeatures, layer.outFeatures], around);
      const config = { units: layer.outFeatures, activation: 'linear', use_bias: layer.bias };
      return [{ className: 'Dense', name, config, inputs, weights }];
    }
    case 'batch-norm': {
      const sources = { gamma: 'weight', beta: 'bias', moving_mean: 'running_mean', moving_variance: 'running_var' };
      const weights = Object.entries(sources).map(([keras, own]) => ({
        name: `${name}/${keras}`,
        shape: [layer.features],
        values: valuesOf(around.values, `${name}.${own}`),
      }));
      const config = { axis: -1, epsilon: layer.epsilon, momentum: 1 - layer.momentum, center: true, scale: true };
      return [{ className: 'BatchNormalization', name, config, inputs, weights }];
    }
    case 'max-pool':
    case 'avg-pool': {
      const strides = Array<number>(2).fill(layer.stride ?? layer.size);
      const config = { pool_size: [layer.size, layer.size], strides, padding: 'valid', data_format: 'channels_last' };
      return plain(layer.kind === 'max-pool' ? 'MaxPooling2D' : 'AveragePooling2D', config);
    }
    case 'relu':
    case 'tanh':
    case 'sigmoid':
      return plain('Activation', { activation: layer.kind });
    case 'flatten':
      return plain('Flatten');
    case 'add':
      return plain('Add');
    case 'channel-pad': {
      const channels = around.inputShape.at(-1)!;
      const wider = layer.before + channels + layer.after;
      const kernel = Float32Array.from({ length: channels * wider }, (_, index) =>
        index % wider === Math.floor(index / wider) + layer.before ? 1 : 0,
      );
      const weights = [{ name: `${name}/kernel`, shape: [1, 1, channels, wider], values: kernel }];
      const config = { ...convolutionConfig(wider, [1, 1], 1, false), trainable: false };
      return [{ className: 'Conv2D', name, config, inputs, weights }];
    }
  }
}

function convolutionLayers(
  layer: ConvolutionLayer,
  inputs: readonly string[],
  around: Surroundings,
): readonly KerasLayer[] {
  const { name, outChannels, kernelSize, stride, bias } = layer;
  const { before, padded } = padInputs(layer, inputs);
  return [
    ...before,
    {
      className: 'Conv2D',
      name,
      config: convolutionConfig(outChannels, kernelSize, stride, bias),
      inputs: padded,
      weights: linearWeights(layer, [...kernelSize, layer.inChannels, outChannels], around),
    },
  ];
}

/** Keras has a multiplier behind the channels where [height, width, 1, channels] has a one before them. */
function depthwiseLayers(
  layer: DepthwiseLayer,
  inputs: readonly string[],
  { values }: Surroundings,
): readonly KerasLayer[] {
  const { name, channels, kernelSize, stride, bias } = layer;
  const { before, padded } = padInputs(layer, inputs);
  const kernel = {
    name: `${name}/depthwise_kernel`,
    shape: [...kernelSize, channels, 1],
    values: valuesOf(values, `${name}.weight`),
  };
  const own = { name: `${name}/bias`, shape: [channels] };
  const weights = bias ? [kernel, { ...own, values: valuesOf(values, `${name}.bias`) }] : [kernel];
  const config = { depth_multiplier: 1, ...windowConfig(kernelSize, stride, bias) };
  return [...before, { className: 'DepthwiseConv2D', name, config, inputs: padded, weights }];
}

/** Zeros around what a convolution reads, as a layer before it. */
function padInputs(
  { name, padding }: ConvolutionLayer | DepthwiseLayer,
  inputs: readonly string[],
): { readonly before: readonly KerasLayer[]; readonly padded: readonly string[] } {
  if (padding === 0) return { before: [], padded: inputs };
  const sides = Array<number>(2).fill(padding);
  const config = { padding: [sides, sides], data_format: 'channels_last' };
  const layer = { className: 'ZeroPadding2D', name: `${name}.padding`, config, inputs, weights: [] };
  return { before: [layer], padded: [layer.name] };
}

function convolutionConfig(filters: number, kernelSize: readonly number[], stride: number, bias: boolean) {
  return { filters, ...windowConfig(kernelSize, stride, bias) };
}

function windowConfig(kernelSize: readonly number[], stride: number, bias: boolean) {
  return {
    kernel_size: kernelSize,
    strides: [stride, stride],
    padding: 'valid',
    data_format: 'channels_last',
    dilation_rate: [1, 1],
    activation: 'linear',
    use_bias: bias,
  };
}

function linearWeights(
  { name, bias }: { readonly name: string; readonly bias: boolean },
  shape: readonly number[],
  { values }: Surroundings,
): KerasLayer['weights'] {
  const kernel = { name: `${name}/kernel`, shape, values: valuesOf(values, `${name}.weight`) };
  if (!bias) return [kernel];
  return [kernel, { name: `${name}/bias`, shape: [shape.at(-1)!], values: valuesOf(values, `${name}.bias`) }];
}
