import * as tf from '@tensorflow/tfjs-core';
import { batchNormValues, foldFactors } from '../../core/batch-norm-folding.ts';
import { valuesOf, type NetworkValues } from '../../core/network-reference.ts';
import { networkParameters, type Layer, type Network } from '../../core/network.ts';
import { inputBlock } from '../active-quantization.ts';
import { runLayer } from '../network-runner.ts';
import { addBias } from '../operations.ts';
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
      last = this.replaced?.forward(layer.name, read[0]!, false) ?? this.infer(layer, read, weightsOf);
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

  private infer(layer: Layer, inputs: readonly tf.Tensor[], weightsOf: (name: string) => tf.Tensor): tf.Tensor {
    const output = inferLayer(layer, inputs, weightsOf);
    return this.replaced?.behind?.(layer.name, output, false) ?? output;
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
  const normalize = ({ name }: Layer, input: tf.Tensor): tf.Tensor =>
    addBias(tf.mul(input, weightsOf(`${name}.factor`)), weightsOf(`${name}.offset`));
  return runLayer(layer, inputs, { weights: weightsOf, normalize });
}
