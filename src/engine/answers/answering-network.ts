import * as tf from '@tensorflow/tfjs-core';
import { networkParameters } from '../../core/network.ts';
import { resizeNetwork } from '../../core/resize-network.ts';
import type { Quantizer } from '../../methods/define-method.ts';
import type { AskedModel } from '../../protocol/answers.ts';
import type { Schedule } from '../../schedule/schedule.ts';
import { DeviceNetwork } from '../analysis/device-network.ts';
import { normalize, type Normalization, type SampleSet } from '../batches.ts';
import { DeviceParameters } from '../device-parameters.ts';
import { loadReference } from '../reference-backend.ts';
import { assignScalar, valuesOf } from '../resume-training.ts';
import { TrainedNetwork } from '../train-step.ts';

/** Probabilities of classes, row by row. */
export interface Answers {
  readonly classCount: number;
  /** [count, classCount] */
  readonly probabilities: Float32Array;
}

/**
 * A trained network that answers as it does in validation: thinned shapes, weights masked and quantized, activations
 * quantized, batch normalizations by their running statistics. Runs on the current backend; who opens it disposes it.
 */
export class AnsweringNetwork {
  private readonly model: TrainedNetwork;
  private readonly device: DeviceNetwork;
  private readonly normalization: Normalization;

  private constructor(model: TrainedNetwork, device: DeviceNetwork, normalization: Normalization) {
    this.model = model;
    this.device = device;
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
    const { network, quantization: replaced } = model;
    const names = networkParameters(network).map(({ name }) => name);
    // Quantized once: nothing moves them any more.
    const values = new Map([...valuesOf(asked.values), ...(await model.readEffectiveWeights(names))]);
    return new AnsweringNetwork(model, new DeviceNetwork({ network, values, replaced }), normalization);
  }

  /** @param inputs [count, ...inputShape] before normalization; bytes are pixels. */
  async answer(inputs: SampleSet['inputs']): Promise<Answers> {
    const { inputShape } = this.device.network;
    const size = inputShape.reduce((product, length) => product * length, 1);
    const count = inputs.length / size;
    if (!Number.isInteger(count) || count === 0)
      throw new RangeError(`${String(inputs.length)} numbers are no inputs of ${String(size)} each`);
    const batch = tf.tensor(normalize(inputs, this.normalization), [count, ...inputShape]);
    const logits = await this.device.predict(batch).finally(() => batch.dispose());
    return { classCount: logits.length / count, probabilities: softmaxRows(logits, logits.length / count) };
  }

  dispose(): void {
    this.device.dispose();
    this.model.dispose();
  }
}

function restoreModel(schedule: Schedule, { epoch, values: tensors, quantization }: Omit<AskedModel, 'schedule'>) {
  const values = valuesOf(tensors);
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
