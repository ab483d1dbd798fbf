import * as tf from '@tensorflow/tfjs-core';
import { batchNormValues, foldFactors } from '../../core/batch-norm-folding.ts';
import { valuesOf, type NetworkValues } from '../../core/network-reference.ts';
import { networkParameters, type ChannelPadLayer, type Layer, type Network } from '../../core/network.ts';
import { inputBlock } from '../active-quantization.ts';
import { addBias, relu } from '../operations.ts';
import type { ReplacedModules, TrainedModel } from './trained-model.ts';

/** Sees every layer of a forward pass; its tensors are those of the pass, which frees them. */
export type DeviceObserver = (layer: Layer, inputs: readonly tf.Tensor[], output: tf.Tensor) => void;

export interface ForwardOptions {
  /** Other weights for some parameters, by name. */
  readonly changed?: ReadonlyMap<string, tf.Tensor>;
  readonly observe?: DeviceObserver;
}

/**
 * A copy of a trained network on the current backend, for inference only: batch normalizations use their running statistics.
 * Who creates it disposes it.
 *
 * @throws RangeError if values are missing.
 */
export class DeviceNetwork {
  readonly network: Network;
  private readonly replaced: ReplacedModules | null;
  private readonly weights: ReadonlyMap<string, tf.Tensor>;

  constructor({ network, values, replaced }: TrainedModel) {
    this.network = network;
    this.replaced = replaced;
    this.weights = uploadValues(network, values);
  }

  /**
   * Output of the last layer. The caller tidies.
   *
   * @param inputs [samples, ...network.inputShape]
   */
  forward(inputs: tf.Tensor, { changed, observe }: ForwardOptions = {}): tf.Tensor {
    const weightsOf = (name: string): tf.Tensor => changed?.get(name) ?? this.weights.get(name)!;
    const outputs = new Map<string, tf.Tensor>();
    let last = this.replaced?.forward(inputBlock, inputs, false) ?? inputs;
    for (const layer of this.network.layers) {
      const read = layer.inputs?.map((name) => outputs.get(name)!) ?? [last];
      last = this.replaced?.forward(layer.name, read[0]!, false) ?? inferLayer(layer, read, weightsOf);
      outputs.set(layer.name, last);
      observe?.(layer, read, last);
    }
    return last;
  }

  /** Logits of a batch on the host. */
  async predict(inputs: tf.Tensor, changed?: ReadonlyMap<string, tf.Tensor>): Promise<Float32Array> {
    const logits = tf.tidy(() => this.forward(inputs, changed ? { changed } : {}));
    try {
      return Float32Array.from(await logits.data());
    } finally {
      logits.dispose();
    }
  }

  dispose(): void {
    tf.dispose([...this.weights.values()]);
  }
}

/**
 * The values of a network as tensors: parameters by their names, and for each batch normalization `<layer>.factor` and
 * `<layer>.offset`, which are all that inference needs of it.
 */
export function uploadValues(network: Network, values: NetworkValues): ReadonlyMap<string, tf.Tensor> {
  const isNorm = new Set(network.layers.filter(({ kind }) => kind === 'batch-norm').map(({ name }) => name));
  const host = networkParameters(network)
    .filter(({ layer }) => !isNorm.has(layer))
    .map(({ name, shape }): HostTensor => ({ name, shape, values: valuesOf(values, name) }));
  for (const layer of network.layers) {
    if (layer.kind !== 'batch-norm') continue;
    const norm = batchNormValues(layer, values);
    const factors = foldFactors(norm);
    const offsets = norm.shift.map((shift, c) => shift - norm.mean[c]! * factors[c]!);
    const shape = [layer.features];
    host.push({ name: `${layer.name}.factor`, shape, values: Float32Array.from(factors) });
    host.push({ name: `${layer.name}.offset`, shape, values: offsets });
  }
  return new Map(host.map(({ name, shape, values: data }) => [name, tf.tensor(data.slice(), [...shape])]));
}

interface HostTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Output of one layer for its inputs. @param weightsOf Tensors by name, as `uploadValues` names them. */
export function inferLayer(
  layer: Layer,
  inputs: readonly tf.Tensor[],
  weightsOf: (name: string) => tf.Tensor,
): tf.Tensor {
  const input = inputs[0]!;
  switch (layer.kind) {
    case 'conv2d':
    case 'dense': {
      const output = applyKernel(layer, input, weightsOf(`${layer.name}.weight`));
      return layer.bias ? addBias(output, weightsOf(`${layer.name}.bias`)) : output;
    }
    case 'batch-norm':
      return addBias(tf.mul(input, weightsOf(`${layer.name}.factor`)), weightsOf(`${layer.name}.offset`));
    case 'max-pool':
      return tf.maxPool(input as tf.Tensor4D, layer.size, layer.stride ?? layer.size, 'valid');
    case 'avg-pool':
      return tf.avgPool(input as tf.Tensor4D, layer.size, layer.stride ?? layer.size, 'valid');
    case 'relu':
      return relu(input);
    case 'tanh':
      return tf.tanh(input);
    case 'sigmoid':
      return tf.sigmoid(input);
    case 'flatten':
      return tf.reshape(input, [input.shape[0], -1]);
    case 'channel-pad':
      return padChannels(layer, input);
    case 'add':
      return inputs.slice(1).reduce((sum, other) => tf.add(sum, other), input);
  }
}

/** Output of a convolution or dense layer without its bias. */
export function applyKernel(
  layer: Extract<Layer, { kind: 'conv2d' | 'dense' }>,
  input: tf.Tensor,
  kernel: tf.Tensor,
): tf.Tensor {
  if (layer.kind === 'dense') return tf.matMul(input, kernel);
  const padding = layer.padding === 0 ? 'valid' : layer.padding;
  return tf.conv2d(input as tf.Tensor4D, kernel as tf.Tensor4D, layer.stride, padding);
}

/** A product with ones and zeros: exact, and no kernel that training does not have. */
function padChannels({ before, after }: ChannelPadLayer, input: tf.Tensor): tf.Tensor {
  const channels = input.shape.at(-1)!;
  const wider = before + channels + after;
  const selection = new Float32Array(channels * wider);
  for (let c = 0; c < channels; c++) selection[c * wider + before + c] = 1;
  const rows = tf.matMul(tf.reshape(input, [-1, channels]), tf.tensor2d(selection, [channels, wider]));
  return tf.reshape(rows, [...input.shape.slice(0, -1), wider]);
}
