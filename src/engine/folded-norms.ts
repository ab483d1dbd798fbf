import * as tf from '@tensorflow/tfjs-core';
import {
  type BatchNormLayer,
  isLinear,
  type Layer,
  type LinearLayer,
  type Network,
  type ParameterSpec,
} from '../core/network.ts';
import type { FakeQuantized } from '../methods/quantizer.ts';
import { runLayer } from './network-runner.ts';
import { addBias } from './operations.ts';
import { createTensorMath } from './tensor-math.ts';

/**
 * Batch normalizations that a quantizer folds into the layers before them, in evaluation and in training (reference 8.9;
 * Jacob et al. 2017, arXiv:1712.05877, section 3.2). `core/batch-norm-folding-training.ts` is the same in plain numbers, and
 * the measure of this.
 */

/** Names of a layer and of the batch normalization that is folded into it. */
export interface FoldedPair {
  readonly linear: string;
  readonly norm: string;
}

/** What folding needs of a `TrainedNetwork`. */
interface FoldingModel {
  readonly network: Network;
  readonly parameters: {
    readonly specs: readonly ParameterSpec[];
    readonly variable: (name: string) => tf.Variable;
  };
  readonly statistics: {
    readonly of: (norm: string) => { readonly mean: tf.Tensor; readonly variance: tf.Tensor };
    readonly see: (norm: BatchNormLayer, mean: tf.Tensor, variance: tf.Tensor, count: number) => tf.Tensor;
  };
  readonly quantization: {
    readonly pairOf: (parameter: string) => FoldedPair | undefined;
    readonly quantize: (spec: ParameterSpec, values: tf.Tensor) => FakeQuantized<tf.Tensor>;
    readonly effectiveWeights: (spec: ParameterSpec, values: tf.Tensor) => tf.Tensor;
  } | null;
  readonly effectiveWeights: (name: string) => tf.Tensor;
}

const math = createTensorMath();

/**
 * What the quantizer sees of a folded parameter in evaluation: w · γ/σ of a kernel, β − γ (μ − b)/σ of a shift, with the
 * running statistics. The caller tidies.
 */
export function foldedValues(model: FoldingModel, { name, role }: ParameterSpec): tf.Tensor {
  const pair = model.quantization!.pairOf(name)!;
  const factor = foldFactor(model, pair);
  if (role === 'kernel') return tf.mul(model.parameters.variable(name), factor);
  const mean = model.statistics.of(pair.norm).mean;
  const bias = biasOf(model, pair);
  return tf.sub(model.parameters.variable(name), tf.mul(bias === null ? mean : tf.sub(mean, bias), factor));
}

/**
 * The parameter with which layer and normalization, one after the other, compute in evaluation what the folded layer does
 * with quantized values: Q(w · γ/σ) · σ/γ, or β plus what quantization changed of the folded bias. So everything that takes a
 * network with its normalizations computes rightly, and folding it gives values on the quantizer's grid. The caller tidies.
 */
export function unfoldedValues(model: FoldingModel, spec: ParameterSpec): tf.Tensor {
  const folded = foldedValues(model, spec);
  const quantized = model.quantization!.quantize(spec, folded).values;
  if (spec.role === 'shift') return tf.add(model.parameters.variable(spec.name), tf.sub(quantized, folded));
  const factor = foldFactor(model, model.quantization!.pairOf(spec.name)!);
  // A channel that γ turned off gives nothing whatever its weights are.
  const isOff = tf.cast(tf.equal(math.stopGradient(factor), 0), 'float32');
  return tf.div(quantized, tf.add(factor, tf.mul(isOff, 1)));
}

/** One forward pass in training through a network with folded normalizations. */
export class FoldedPass {
  private readonly model: FoldingModel;
  private readonly read = new Map<string, { readonly layer: LinearLayer; readonly input: tf.Tensor }>();

  constructor(model: FoldingModel) {
    this.model = model;
  }

  /** What the layers run with: float and without a bias in a folded layer, whose output gives the statistics of the batch. */
  weights(name: string): tf.Tensor {
    const { parameters, quantization } = this.model;
    const pair = quantization!.pairOf(name);
    if (pair === undefined) return this.model.effectiveWeights(name);
    const variable = parameters.variable(name);
    return name === `${pair.linear}.bias` ? tf.zeros(variable.shape) : variable;
  }

  /** Notes what a folded layer was computed from. */
  observe(layer: Layer, inputs: readonly tf.Tensor[]): void {
    const isFolded = isLinear(layer) && this.model.quantization!.pairOf(`${layer.name}.weight`) !== undefined;
    if (isFolded) this.read.set(layer.name, { layer, input: inputs[0]! });
  }

  /**
   * Output of layer and normalization as one: conv(x, Q(w γ/σ)) · σ/σ_B + Q(β − γ μ_B/σ_B), with σ of the running variance
   * that includes this batch, as a constant. Differentiable in x, w, γ and β, through the statistics of the batch too. New
   * running statistics wait for `commit`; the running mean is that with the bias.
   *
   * @param raw Output of the layer with its float kernel and without its bias.
   * @returns Null for a normalization that is not folded.
   */
  normalize(norm: BatchNormLayer, raw: tf.Tensor): tf.Tensor | null {
    const { model } = this;
    const pair = model.quantization!.pairOf(`${norm.name}.bias`);
    if (pair === undefined) return null;
    const { layer, input } = this.read.get(pair.linear)!;
    const variable = (name: string): tf.Tensor => model.parameters.variable(name);
    const [scale, shift] = [variable(`${norm.name}.weight`), variable(`${norm.name}.bias`)];
    const kernel = variable(`${layer.name}.weight`);
    const rows = tf.reshape(raw, [-1, norm.features]);
    const mean = tf.mean(rows, 0);
    const variance = tf.mean(tf.square(tf.sub(rows, mean)), 0);
    const bias = biasOf(model, pair);
    const seenMean = bias === null ? math.stopGradient(mean) : tf.add(math.stopGradient(mean), math.stopGradient(bias));
    const running = model.statistics.see(norm, seenMean, math.stopGradient(variance), rows.shape[0]);
    const sigma = tf.sqrt(tf.add(math.stopGradient(running), norm.epsilon));
    const inverse = tf.div(1, math.sqrt(tf.add(variance, norm.epsilon)));
    const folded = this.quantize(tf.mul(kernel, tf.div(scale, sigma)), `${layer.name}.weight`);
    const output = runLayer({ ...layer, bias: false }, [input], { weights: () => folded, normalize: () => raw });
    const offset = tf.sub(shift, tf.mul(tf.mul(scale, mean), inverse));
    return addBias(tf.mul(output, tf.mul(sigma, inverse)), this.quantize(offset, `${norm.name}.bias`));
  }

  private quantize(values: tf.Tensor, name: string): tf.Tensor {
    const { parameters, quantization } = this.model;
    return quantization!.effectiveWeights(parameters.specs.find((spec) => spec.name === name)!, values);
  }
}

/** γ / √(var + ε), [channels]. */
function foldFactor({ network, parameters, statistics }: FoldingModel, { norm }: FoldedPair): tf.Tensor {
  const layer = network.layers.find(({ name }) => name === norm) as BatchNormLayer;
  const deviation = tf.sqrt(tf.add(statistics.of(norm).variance, layer.epsilon));
  return tf.div(parameters.variable(`${norm}.weight`), deviation);
}

function biasOf({ parameters }: FoldingModel, { linear }: FoldedPair): tf.Tensor | null {
  const name = `${linear}.bias`;
  return parameters.specs.some((spec) => spec.name === name) ? parameters.variable(name) : null;
}
