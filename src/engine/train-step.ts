import * as tf from '@tensorflow/tfjs-core';
import type { FakeQuantized, Quantizer } from '../methods/quantizer.ts';
import { type Network, networkParameters, outputLayers, type ParameterSpec } from '../core/network.ts';
import type { NetworkValues } from '../core/network-reference.ts';
import { ActiveQuantization, inputBlock } from './active-quantization.ts';
import type { CompressionScheduler } from './compression-scheduler.ts';
import type { DeviceParameters, ParameterContents } from './device-parameters.ts';
import type { ForwardContext } from './network-runner.ts';
import type { Optimizer } from './optimizer.ts';
import type { LossSoFar, Position } from './policy.ts';
import type { PrunerEvidence } from './pruner-evidence.ts';
import { loadedComputations, loadReference } from './reference-backend.ts';
import { RunningStatistics } from './running-statistics.ts';

/** Samples of one step on the host. */
export interface Batch {
  /** [count, ...inputShape], normalized. */
  readonly inputs: Float32Array;
  readonly labels: Int32Array;
  readonly count: number;
}

/** What a step measured, still on the device: reading it waits for the step. Who takes it disposes it. */
export interface StepMetrics {
  /** [count, 2]: loss of each sample, and 1 where it was classified rightly. */
  readonly perSample: tf.Tensor2D;
  readonly parts: readonly { readonly name: string; readonly value: tf.Tensor }[];
  /** The loss that was differentiated: data loss with all parts, a scalar. */
  readonly overall: tf.Scalar;
}

/** Measurements of a step that wait to be read, once. */
export interface MeasuredStep {
  /** Waits for the step, and frees what it measured. */
  readonly read: () => Promise<StepResult>;
  readonly dispose: () => void;
}

/** The model that is trained: weights, what quantizes them, and how a batch goes through. */
export class TrainedNetwork {
  readonly parameters: DeviceParameters;
  readonly statistics: RunningStatistics;
  private current: Network;
  private active: ActiveQuantization | null = null;

  /** @param statistics Running statistics by name, of a network that was trained before. */
  constructor(network: Network, parameters: DeviceParameters, statistics?: NetworkValues) {
    this.current = network;
    this.parameters = parameters;
    this.statistics = new RunningStatistics(network, statistics);
  }

  get network(): Network {
    return this.current;
  }

  /** The same layers with other lengths take the place of those that there are; quantization goes on. */
  replace(network: Network, contents: ParameterContents): void {
    this.parameters.replace(networkParameters(network), contents);
    this.statistics.replace(network, contents.values);
    this.current = network;
  }

  get quantization(): ActiveQuantization | null {
    return this.active;
  }

  /** From now on weights and activations are quantized in every forward pass. */
  startQuantization(quantizer: Quantizer): ActiveQuantization {
    this.active?.dispose();
    this.active = new ActiveQuantization(quantizer, this.network);
    return this.active;
  }

  /** Logits of a batch [count, ...inputShape], with weights = fakeQuantize(weights). The caller tidies. */
  forward(inputs: tf.Tensor, training: boolean, observe?: ForwardContext['observe']): tf.Tensor {
    const { runNetwork, folding } = loadedComputations();
    const folded = training && this.active?.foldsBatchNorm === true ? new folding.FoldedPass(this) : null;
    const weights = (name: string): tf.Tensor => folded?.weights(name) ?? this.effectiveWeights(name);
    return runNetwork(this.network, inputs, {
      weights,
      replaced: (layer, input) => this.active?.forward(layer, input, training) ?? null,
      behind: (layer, output) => this.active?.behind(layer, output, training) ?? output,
      prepareInput: (input) => this.active?.forward(inputBlock, input, training) ?? input,
      normalize: (layer, input) =>
        folded?.normalize(layer, input) ?? this.statistics.normalize(layer, input, weights, training),
      observe: (layer, output, read) => {
        folded?.observe(layer, read);
        observe?.(layer, output, read);
      },
    });
  }

  /** Logits of all outputs of the network: the early exits in order, the last layer last. */
  answers(inputs: tf.Tensor, training: boolean, observe?: ForwardContext['observe']): readonly tf.Tensor[] {
    const names = outputLayers(this.network);
    const answers = new Map<string, tf.Tensor>();
    this.forward(inputs, training, (layer, output, read) => {
      if (names.includes(layer.name)) answers.set(layer.name, output);
      observe?.(layer, output, read);
    });
    return names.map((name) => answers.get(name)!);
  }

  /** Makes what the last training forward pass tracked the current state: ranges and running statistics. */
  commitState(): void {
    this.active?.commitState();
    this.statistics.commit();
  }

  /** The values that inference uses. */
  effectiveWeights(name: string): tf.Tensor {
    const variable = this.parameters.variable(name);
    if (this.active === null) return variable;
    const spec = this.parameters.specs.find((candidate) => candidate.name === name)!;
    const isFolded = this.active.quantizes(name) && this.active.pairOf(name) !== undefined;
    if (isFolded) return loadedComputations().folding.unfoldedValues(this, spec);
    return this.active.effectiveWeights(spec, variable);
  }

  /** A quantized parameter as its quantizer gives it, with scale and zero point: folded where it is. The caller tidies. */
  quantized(spec: ParameterSpec): FakeQuantized<tf.Tensor> {
    const isFolded = this.active!.pairOf(spec.name) !== undefined;
    const values = isFolded
      ? loadedComputations().folding.foldedValues(this, spec)
      : this.parameters.variable(spec.name);
    return this.active!.quantize(spec, values);
  }

  /** Copies of the values that inference uses. */
  async readEffectiveWeights(names: readonly string[]): Promise<ReadonlyMap<string, Float32Array>> {
    if (this.active === null) return this.parameters.readValues(names);
    await loadReference();
    const tensors = names.map((name) => tf.tidy(() => tf.mul(this.effectiveWeights(name), 1)));
    const values = await Promise.all(tensors.map((tensor) => tensor.data()));
    tf.dispose(tensors);
    return new Map(names.map((name, at) => [name, Float32Array.from(values[at]!)]));
  }

  /** Everything that the optimizer moves. */
  trainable(): readonly tf.Variable[] {
    const learned = this.active?.learnedGroups().flatMap(({ members }) => members) ?? [];
    return [...this.parameters.specs.map(({ name }) => this.parameters.variable(name)), ...learned];
  }

  dispose(): void {
    this.active?.dispose();
    this.statistics.dispose();
    this.parameters.dispose();
  }
}

export interface TrainStepOptions {
  readonly model: TrainedNetwork;
  readonly optimizer: Optimizer;
  readonly scheduler: CompressionScheduler;
  /** Looks at activations and gradients for pruners that rank by them. */
  readonly evidence: PrunerEvidence;
}

/** Takes a batch, moves the weights, returns metrics. */
export class TrainStep {
  private readonly options: TrainStepOptions;

  constructor(options: TrainStepOptions) {
    this.options = options;
  }

  /** Returns once the step is submitted; the device may still be at work on it. */
  async run(batch: Batch, position: Position): Promise<StepMetrics> {
    const { scheduler, model } = this.options;
    await loadReference();
    await scheduler.onMinibatchBegin(position);
    const { gradients, metrics } = this.forwardAndBackward(batch, position);
    model.commitState();
    scheduler.beforeParameterOptimization(position);
    this.optimize(gradients);
    tf.dispose(gradients);
    scheduler.onMinibatchEnd(position);
    return metrics;
  }

  /** `run`, with its measurements as those of any other kind of step. */
  async measure(batch: Batch, position: Position): Promise<MeasuredStep> {
    const metrics = await this.run(batch, position);
    return { read: () => readStepMetrics(metrics), dispose: () => disposeStepMetrics(metrics) };
  }

  /** Computes loss and gradients of a batch and forgets them: for the shaders that it compiles. */
  async warmUp(batch: Batch): Promise<void> {
    await loadReference();
    const { gradients, metrics } = this.forwardAndBackward(batch, null);
    tf.dispose(gradients);
    this.options.model.statistics.forget();
    await readStepMetrics(metrics);
  }

  /** @param position Null to leave policies out. */
  private forwardAndBackward(
    batch: Batch,
    position: Position | null,
  ): { gradients: tf.NamedTensorMap; metrics: StepMetrics } {
    const { model, scheduler, evidence } = this.options;
    let perSample: tf.Tensor2D | undefined;
    let parts: LossSoFar<tf.Tensor>['parts'] = [];
    const { value, grads } = tf.tidy(() => {
      const inputs = tf.tensor(batch.inputs, [batch.count, ...model.network.inputShape]);
      const labels = tf.tensor1d(batch.labels, 'int32');
      const loss = (): tf.Scalar => {
        const outputs = model.answers(inputs, true, position === null ? undefined : evidence.observe);
        const logits = outputs.at(-1)!;
        const exits = position === null ? null : scheduler.exitsIn(position.epoch);
        const data = dataLoss(outputs, labels, exits?.lossWeights);
        const weightsOf = (name: string): tf.Tensor => model.parameters.variable(name);
        const { math } = loadedComputations();
        perSample = data.perSample;
        if (position === null) return data.loss;
        const total = scheduler.beforeBackwardPass<tf.Tensor>(position, data.loss, { math, weightsOf, inputs, logits });
        parts = total.parts;
        for (const part of parts) tf.keep(part.value);
        return total.overall as tf.Scalar;
      };
      return tf.variableGrads(loss, [...model.trainable()]);
    });
    return { gradients: grads, metrics: { perSample: perSample!, parts, overall: value } };
  }

  private optimize(gradients: tf.NamedTensorMap): void {
    const { model, optimizer, scheduler, evidence } = this.options;
    for (const { name } of model.parameters.specs) {
      const variable = model.parameters.variable(name);
      const gradient = gradients[variable.name];
      if (gradient === undefined || !scheduler.masksGradient(name)) continue;
      gradients[variable.name] = tf.mul(gradient, model.parameters.mask(name)!);
      gradient.dispose();
    }
    evidence.keepGradients((name) => gradients[model.parameters.variable(name).name]);
    optimizer.step((variable) => gradients[variable.name]);
    for (const { name } of model.parameters.specs) model.parameters.markChanged(name, false);
  }
}

/** Of the last output, or of all by their weights; measured samples are those of the last one. */
function dataLoss(
  outputs: readonly tf.Tensor[],
  labels: tf.Tensor,
  weights: readonly number[] | undefined,
): { readonly loss: tf.Scalar; readonly perSample: tf.Tensor2D } {
  if (weights?.length !== outputs.length) return loadedComputations().softmaxCrossEntropy(outputs.at(-1)!, labels);
  const { loss, perSample } = loadedComputations().earlyExitLoss(outputs, labels, weights);
  tf.dispose(perSample.slice(0, -1));
  return { loss, perSample: perSample.at(-1)! };
}

/** Sums over the samples of a step. */
export interface StepResult {
  readonly lossSum: number;
  readonly rightCount: number;
  readonly count: number;
  readonly parts: readonly { readonly name: string; readonly value: number }[];
}

/** Waits for a step, and frees what it measured. */
export async function readStepMetrics(metrics: StepMetrics): Promise<StepResult> {
  const { perSample, parts } = metrics;
  const [rows, ...values] = await Promise.all([perSample.data(), ...parts.map(({ value }) => value.data())]);
  const result = {
    ...sumRows(rows, perSample.shape[0]),
    parts: parts.map(({ name }, at) => ({ name, value: values[at]![0]! })),
  };
  disposeStepMetrics(metrics);
  return result;
}

export function disposeStepMetrics({ perSample, parts, overall }: StepMetrics): void {
  tf.dispose([perSample, overall, ...parts.map(({ value }) => value)]);
}

/** Sums of the first `count` rows of [loss, right]. */
export function sumRows(
  rows: ArrayLike<number>,
  count: number,
): { lossSum: number; rightCount: number; count: number } {
  let lossSum = 0;
  let rightCount = 0;
  for (let row = 0; row < count; row++) {
    lossSum += rows[2 * row]!;
    rightCount += rows[2 * row + 1]!;
  }
  return { lossSum, rightCount, count };
}
