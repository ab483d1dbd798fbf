import type * as tf from '@tensorflow/tfjs-core';
import { toHalfFloats } from '../core/half-float.ts';
import { encodeLevels } from '../core/level-codes.ts';
import type { NetworkValues } from '../core/network-reference.ts';
import { packMask } from '../core/packed-mask.ts';
import type { Checkpoint, EpochSnapshot, KeptTensor, PastValidation } from '../protocol/epoch-memory.ts';
import type { NamedTensor } from '../protocol/training-event.ts';
import type { Schedule } from '../schedule/schedule.ts';
import type { Answered } from './answer-samples.ts';
import type { Normalization, SampleSet } from './batches.ts';
import type { DescribedEpoch } from './describe-epoch.ts';
import { smallestEvaluationBatch } from './evaluation.ts';
import type { Optimizer } from './optimizer.ts';
import type { PrunerEvidence } from './pruner-evidence.ts';
import type { TrainedNetwork } from './train-step.ts';

export interface RecorderOptions {
  readonly schedule: Schedule;
  readonly model: TrainedNetwork;
  readonly optimizer: Optimizer;
  readonly evidence: PrunerEvidence;
  readonly data: Normalization & { readonly test: SampleSet };
  /** Of epochs that were trained before. */
  readonly validations: readonly PastValidation[];
}

/** More samples would hold up training, and no matrix would look different. */
const answeredSamples = 512;
/** Looking at answers may take so much of the time of training; epochs in between go without. */
const shareOfTime = 0.2;

/** Takes down what is kept of each epoch. Reads the model, which has to be up to date, and changes nothing. */
export class EpochRecorder {
  private readonly options: RecorderOptions;
  private readonly validations: PastValidation[];
  private readonly startedAt = performance.now();
  private spentMs = 0;

  constructor(options: RecorderOptions) {
    this.options = options;
    this.validations = [...options.validations];
  }

  /** At the very end of an epoch, after its policies. */
  async record(
    epoch: number,
    { values, masks }: DescribedEpoch,
    { loss, top1 }: PastValidation,
  ): Promise<{ readonly snapshot: EpochSnapshot; readonly checkpoint: Checkpoint }> {
    this.validations.push({ loss, top1 });
    const { model, evidence } = this.options;
    const statistics = await model.statistics.read();
    const seen = await evidence.readAll();
    const answered = await this.answer(epoch);
    const snapshot: EpochSnapshot = {
      epoch,
      tensors: [...(await keepParameters(model, values, masks)), ...[...statistics].map(keepStatistic)],
      answers: answered?.answers ?? null,
      activationSparsity: answered?.activationSparsity ?? {},
      gradientSparsity: Object.fromEntries(seen.gradients.map((own) => [own.name, shareOfZeros(own.values)])),
    };
    const checkpoint: Checkpoint = {
      version: 1,
      epoch: epoch + 1,
      model: this.options.schedule.training.model,
      values: [...named(model, values), ...[...statistics].map(([name, own]) => vector(name, own))],
      // A copy: the session goes on comparing its own.
      masks: named(model, masks).map((mask) => ({ ...mask, values: mask.values.slice() })),
      optimizer: await readOptimizer(this.options),
      quantization: await readScalars(model),
      evidence: seen,
      validations: [...this.validations],
    };
    return { snapshot, checkpoint };
  }

  /** Null where it would cost too much; the first and the last epoch are looked at in any case. */
  private async answer(epoch: number): Promise<Answered | null> {
    const { schedule, model, data } = this.options;
    const { training } = schedule;
    const count = Math.min(answeredSamples, training.validationSize, data.test.count);
    const startedAt = performance.now();
    const isOverdrawn = this.spentMs > shareOfTime * (startedAt - this.startedAt);
    if (count === 0 || (isOverdrawn && epoch !== training.epochs - 1)) return null;
    const batchSize = Math.max(training.batchSize, smallestEvaluationBatch);
    const { answerSamples } = await import('./answer-samples.ts');
    const answered = await answerSamples({ model, samples: data.test, normalization: data, count, batchSize });
    this.spentMs += performance.now() - startedAt;
    return answered;
  }
}

async function keepParameters(
  model: TrainedNetwork,
  values: NetworkValues,
  masks: NetworkValues,
): Promise<readonly KeptTensor[]> {
  const quantized = await readQuantized(model);
  return model.parameters.specs.map(({ name, shape }) => {
    const mask = masks.get(name);
    const levels = encodeLevels(quantized.get(name) ?? new Float32Array());
    return {
      ...{ name, shape, halves: toHalfFloats(values.get(name)!) },
      ...(mask && { mask: packMask(mask) }),
      ...(levels && levels.codes.length > 0 && { quantized: levels }),
    };
  });
}

/** What inference uses of those parameters that are quantized. */
function readQuantized(model: TrainedNetwork): Promise<NetworkValues> {
  const specs = model.parameters.specs.filter(({ name }) => model.quantization?.quantizes(name) === true);
  return model.readEffectiveWeights(specs.map(({ name }) => name));
}

function keepStatistic([name, values]: readonly [string, Float32Array]): KeptTensor {
  return { name, shape: [values.length], halves: toHalfFloats(values) };
}

function named({ parameters }: TrainedNetwork, contents: NetworkValues): readonly NamedTensor[] {
  return parameters.specs.flatMap(({ name, shape }) => {
    const values = contents.get(name);
    return values === undefined ? [] : [{ name, shape, values }];
  });
}

function vector(name: string, values: Float32Array): NamedTensor {
  return { name, shape: [values.length], values };
}

async function readOptimizer({ model, optimizer, schedule }: RecorderOptions): Promise<Checkpoint['optimizer']> {
  const members = optimizedVariables(model);
  const state = await Promise.all(
    [...members].map(async ([name, variable]) => ({ name, slots: await optimizer.readState(variable) })),
  );
  return { class: schedule.training.optimizer.class, stepCount: optimizer.steps, state };
}

/** Everything that the optimizer moves, by name. */
export function optimizedVariables(model: TrainedNetwork): ReadonlyMap<string, tf.Variable> {
  const { parameters, quantization } = model;
  const learned = new Set(quantization?.learnedGroups().flatMap(({ members }) => members));
  return new Map([
    ...parameters.specs.map(({ name }): [string, tf.Variable] => [name, parameters.variable(name)]),
    ...[...(quantization?.scalars() ?? [])].filter(([, variable]) => learned.has(variable)),
  ]);
}

async function readScalars({ quantization }: TrainedNetwork): Promise<Checkpoint['quantization']> {
  if (quantization === null) return null;
  const scalars = [...quantization.scalars()];
  const values = await Promise.all(scalars.map(([, variable]) => variable.data()));
  return Object.fromEntries(scalars.map(([name], at) => [name, values[at]![0]!]));
}

function shareOfZeros(values: Float32Array): number {
  return values.reduce((count, value) => (value === 0 ? count + 1 : count), 0) / Math.max(1, values.length);
}
