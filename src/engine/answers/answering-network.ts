import * as tf from '@tensorflow/tfjs-core';
import { networkParameters, type Layer } from '../../core/network.ts';
import { evaluateLayer, type NetworkValues, valuesOf } from '../../core/network-reference.ts';
import type { ArrayTensor } from '../../core/network-reference-convolution.ts';
import { resizeNetwork } from '../../core/resize-network.ts';
import type { Quantizer } from '../../methods/quantizer.ts';
import type { AskedModel } from '../../protocol/answers.ts';
import type { Schedule } from '../../schedule/schedule.ts';
import { normalize, type Normalization, type SampleSet } from '../batches.ts';
import { type ActiveQuantization, inputBlock } from '../active-quantization.ts';
import { DeviceParameters } from '../device-parameters.ts';
import { loadReference } from '../reference-backend.ts';
import { assignScalar, valuesOf as byName } from '../resume-training.ts';
import { TrainedNetwork } from '../train-step.ts';
import { createLinearLayer, type LinearLayer } from './linear-layer.ts';

/** Probabilities of classes, row by row. */
export interface Answers {
  readonly classCount: number;
  /** [count, classCount] */
  readonly probabilities: Float32Array;
}

/**
 * A trained network that answers as it does in validation: thinned shapes, weights masked and quantized, activations
 * quantized, batch normalizations by their running statistics. Runs in plain JavaScript, on the backend `cpu`; who opens it disposes it.
 */
export class AnsweringNetwork {
  private readonly model: TrainedNetwork;
  private readonly values: NetworkValues;
  private readonly linear: ReadonlyMap<string, LinearLayer>;
  private readonly normalization: Normalization;

  private constructor(model: TrainedNetwork, values: NetworkValues, normalization: Normalization) {
    this.model = model;
    this.values = values;
    this.linear = new Map(
      model.network.layers.flatMap((layer): [string, LinearLayer][] => {
        if (layer.kind !== 'conv2d' && layer.kind !== 'dense') return [];
        const bias = layer.bias ? valuesOf(values, `${layer.name}.bias`) : null;
        return [[layer.name, createLinearLayer(layer, valuesOf(values, `${layer.name}.weight`), bias)]];
      }),
    );
    this.normalization = normalization;
  }

  /**
   * @param schedule That of the run; its network may be wider than the values are.
   * @throws RangeError if values are missing or do not fit together.
   */
  static async open(
    schedule: Schedule,
    asked: Omit<AskedModel, 'schedule'>,
    normalization: Normalization,
  ): Promise<AnsweringNetwork> {
    await loadReference();
    const model = restoreModel(schedule, asked);
    const names = networkParameters(model.network).map(({ name }) => name);
    // Quantized once: nothing moves them any more.
    const values = new Map([...byName(asked.values), ...(await model.readEffectiveWeights(names))]);
    return new AnsweringNetwork(model, values, normalization);
  }

  /** @param inputs [count, ...inputShape] before normalization; bytes are pixels. */
  answer(inputs: SampleSet['inputs']): Answers {
    const { inputShape } = this.model.network;
    const size = inputShape.reduce((product, length) => product * length, 1);
    const count = inputs.length / size;
    if (!Number.isInteger(count) || count === 0)
      throw new RangeError(`${String(inputs.length)} numbers are no inputs of ${String(size)} each`);
    const { values: logits } = this.forward({
      shape: [count, ...inputShape],
      values: normalize(inputs, this.normalization),
    });
    return { classCount: logits.length / count, probabilities: softmaxRows(logits, logits.length / count) };
  }

  dispose(): void {
    this.model.dispose();
  }

  /** Layers in plain arrays; what quantizes them runs as it does in training. */
  private forward(input: ArrayTensor): ArrayTensor {
    const { network, quantization } = this.model;
    const outputs = new Map<string, ArrayTensor>();
    let last = quantized(quantization, 'forward', inputBlock, input) ?? input;
    for (const layer of network.layers) {
      const inputs = layer.inputs?.map((name) => outputs.get(name)!) ?? [last];
      last = quantized(quantization, 'forward', layer.name, inputs[0]!) ?? this.infer(layer, inputs);
      outputs.set(layer.name, last);
    }
    return last;
  }

  private infer(layer: Layer, inputs: readonly ArrayTensor[]): ArrayTensor {
    const output = this.linear.get(layer.name)?.(inputs[0]!) ?? evaluateLayer(layer, inputs, this.values);
    return quantized(this.model.quantization, 'behind', layer.name, output) ?? output;
  }
}

/** What a quantizer makes of the input of a module that it replaces, or of the output behind one; null where it does nothing. */
function quantized(
  quantization: ActiveQuantization | null,
  where: 'forward' | 'behind',
  module: string,
  { shape, values }: ArrayTensor,
): ArrayTensor | null {
  if (quantization?.quantizers.has(module) !== true) return null;
  const results: ArrayTensor[] = [];
  tf.tidy(() => {
    const tensor = tf.tensor(values, [...shape]);
    const output = quantization[where](module, tensor, false);
    if (output !== null && output !== tensor)
      results.push({ shape: output.shape, values: Float32Array.from(output.dataSync()) });
  });
  return results[0] ?? null;
}

function restoreModel(schedule: Schedule, { epoch, values: tensors, quantization }: Omit<AskedModel, 'schedule'>) {
  const values = byName(tensors);
  const network = resizeNetwork(schedule.network, new Map(tensors.map(({ name, shape }) => [name, shape])));
  const parameters = new DeviceParameters(networkParameters(network), ({ name }) => {
    const own = values.get(name);
    if (own === undefined) throw new RangeError(`There are no values of ${name}`);
    return own;
  });
  const model = new TrainedNetwork(network, parameters, values);
  const quantizer = quantizerAfter(schedule, epoch);
  if (quantizer === null) return model;
  for (const [name, variable] of model.startQuantization(quantizer).scalars()) {
    const value = quantization?.[name];
    if (value !== undefined) assignScalar(variable, value);
  }
  return model;
}

/** The quantizer in force after so many epochs: the one that began last, and stays until the end of the run. */
function quantizerAfter({ policies }: Schedule, epoch: number): Quantizer | null {
  const begun = policies.filter(({ kind, epochs }) => kind === 'quantizer' && Math.min(...epochs) < epoch);
  const last = begun.toSorted((a, b) => Math.min(...a.epochs) - Math.min(...b.epochs) || a.index - b.index).at(-1);
  return last === undefined ? null : (last.component.definition.create(last.component.args) as Quantizer);
}

function softmaxRows(logits: Float32Array, classCount: number): Float32Array {
  const probabilities = new Float32Array(logits.length);
  for (let start = 0; start < logits.length; start += classCount) {
    const row = logits.subarray(start, start + classCount);
    const largest = row.reduce((a, b) => Math.max(a, b));
    const exponentials = row.map((logit) => Math.exp(logit - largest));
    const sum = exponentials.reduce((a, b) => a + b);
    probabilities.set(
      exponentials.map((value) => value / sum),
      start,
    );
  }
  return probabilities;
}
