import * as tf from '@tensorflow/tfjs-core';
import { networkParameters } from '../../core/network.ts';
import { createRandom } from '../../core/random.ts';
import { CompressionScheduler, type TraceEvent } from '../../engine/compression-scheduler.ts';
import { createPolicies } from '../../engine/create-policies.ts';
import { DeviceParameters } from '../../engine/device-parameters.ts';
import { softmaxCrossEntropy } from '../../engine/operations.ts';
import { Optimizer } from '../../engine/optimizer.ts';
import { accessNetwork } from '../../engine/network-access.ts';
import type { ActivePolicy } from '../../engine/policy.ts';
import { PrunerEvidence } from '../../engine/pruner-evidence.ts';
import {
  type Batch,
  disposeStepMetrics,
  type StepMetrics,
  sumRows,
  TrainedNetwork,
  TrainStep,
} from '../../engine/train-step.ts';
import { parseSchedule } from '../../schedule/parse-schedule.ts';
import type { OptimizerSettings, Schedule } from '../../schedule/schedule.ts';
import type { Fields, VectorTensor } from './vector-file.ts';
import { type ModelDescription, samplesFromFile, VectorNetwork, present } from './vector-network.ts';

export interface RecordedOptimizer {
  readonly type: 'sgd' | 'adam';
  readonly lr: number;
  readonly momentum?: number;
  readonly weight_decay?: number;
  readonly nesterov?: boolean;
  readonly betas?: readonly [number, number];
  readonly eps?: number;
}

export interface RecordedSamples {
  readonly inputs: Float32Array;
  readonly labels: Int32Array;
  readonly count: number;
}

/** Model and optimizer of a recorded training on the current backend, through the very steps that the product trains by. */
export class RecordedTraining {
  readonly door: VectorNetwork;
  readonly model: TrainedNetwork;
  readonly optimizer: Optimizer;
  private readonly classCount: number;
  /** Of the schedule that quantizes; null before. */
  emaDecay: number | null = null;

  constructor(
    model: ModelDescription,
    inputShape: readonly number[],
    setup: {
      readonly optimizer: RecordedOptimizer;
      readonly params: Readonly<Record<string, VectorTensor>>;
      readonly classCount: number;
    },
  ) {
    this.door = new VectorNetwork(model, inputShape);
    const { network } = this.door;
    const valuesOf = (name: string): Float32Array => this.door.fromFile(name, present(setup.params[name]));
    const parameters = new DeviceParameters(networkParameters(network), ({ name }) => valuesOf(name));
    const statistics = Object.entries(setup.params).filter(([name]) => /\.running_(mean|var)$/.test(name));
    const values = new Map(statistics.map(([name, { data }]) => [name, Float32Array.from(data)]));
    this.model = new TrainedNetwork(network, parameters, values);
    this.optimizer = new Optimizer(optimizerSettings(setup.optimizer), this.model.trainable());
    this.classCount = setup.classCount;
  }

  /** A schedule of the files, read as the product reads it. Throws RangeError with what is wrong with it. */
  readSchedule(text: string): Schedule {
    const parsed = parseSchedule(text, this.door.zoo(this.classCount));
    if (parsed.ok) return parsed.value;
    throw new RangeError(parsed.diagnostics.map(({ code, message }) => `${code}: ${message}`).join(' '));
  }

  /** A scheduler for a phase; masks and optimizer carry over from the phase before. */
  createPhase(schedule: Schedule | null, extra: readonly ActivePolicy[], trace?: (event: TraceEvent) => void): Phase {
    const policies = schedule === null ? [] : createPolicies(schedule, createRandom(1));
    const evidence = new PrunerEvidence(schedule?.policies ?? [], this.model.network);
    this.emaDecay = decayOf(schedule) ?? this.emaDecay;
    const scheduler = new CompressionScheduler({
      policies: [...policies, ...extra],
      store: this.model.parameters,
      network: accessNetwork({ model: this.model, optimizer: this.optimizer, evidence }),
      rates: this.optimizer.rates,
      startQuantization: (quantizer) => {
        for (const group of this.model.startQuantization(quantizer).learnedGroups()) this.optimizer.addGroup(group);
      },
      ...(trace && { trace }),
    });
    const step = new TrainStep({ model: this.model, optimizer: this.optimizer, scheduler, evidence });
    return { scheduler, step, evidence };
  }

  /** Mean loss, share of right answers and logits with the weights that inference uses. */
  async evaluate({
    inputs,
    labels,
    count,
  }: RecordedSamples): Promise<{ loss: number; top1: number; logits: VectorTensor }> {
    const [logits, rows] = tf.tidy(() => {
      const batch = tf.tensor(inputs, [count, ...this.model.network.inputShape]);
      const outputs = this.model.forward(batch, false);
      return [outputs, softmaxCrossEntropy(outputs, tf.tensor1d(labels, 'int32')).perSample];
    });
    const { lossSum, rightCount } = sumRows(await rows.data(), count);
    const recorded = { shape: [...logits.shape], data: Array.from(await logits.data()) };
    tf.dispose([logits, rows]);
    return { loss: lossSum / count, top1: rightCount / count, logits: recorded };
  }

  discard(metrics: StepMetrics): void {
    disposeStepMetrics(metrics);
  }

  dispose(): void {
    this.optimizer.dispose();
    this.model.dispose();
  }
}

export interface Phase {
  readonly scheduler: CompressionScheduler;
  readonly step: TrainStep;
  readonly evidence: PrunerEvidence;
}

export function readSamples(inputs: Fields, x: string, y: string): RecordedSamples {
  const tensor = inputs.tensor(x);
  return {
    inputs: samplesFromFile(tensor),
    labels: Int32Array.from(inputs.tensor(y).data),
    count: present(tensor.shape[0]),
  };
}

export function pickBatch({ inputs, labels, count }: RecordedSamples, indices: readonly number[]): Batch {
  const size = inputs.length / count;
  const picked = new Float32Array(indices.length * size);
  indices.forEach((sample, row) => {
    picked.set(inputs.subarray(sample * size, (sample + 1) * size), row * size);
  });
  return {
    inputs: picked,
    labels: Int32Array.from(indices, (sample) => present(labels[sample])),
    count: indices.length,
  };
}

/** Data loss, overall loss and parts of a step, as the files list them. */
export async function readRecordedStep(metrics: StepMetrics): Promise<readonly [number, number, readonly unknown[]]> {
  const { perSample, overall, parts } = metrics;
  const { lossSum, count } = sumRows(await perSample.data(), perSample.shape[0]);
  const values = await Promise.all(
    parts.map(async ({ name, value }) => [name, present((await value.data())[0])] as const),
  );
  const total = present((await overall.data())[0]);
  disposeStepMetrics(metrics);
  return [lossSum / count, total, values];
}

function optimizerSettings(optimizer: RecordedOptimizer): OptimizerSettings {
  const { lr, weight_decay: weightDecay = 0 } = optimizer;
  if (optimizer.type === 'adam') {
    const { betas = [0.9, 0.999], eps = 1e-8 } = optimizer;
    return { class: 'Adam', lr, betas, eps, weightDecay };
  }
  const { momentum = 0, nesterov = false } = optimizer;
  return { class: 'SGD', lr, momentum, weightDecay, nesterov };
}

function decayOf(schedule: Schedule | null): number | null {
  const decays = schedule?.policies.map(({ component }) => component.args['ema_decay']) ?? [];
  return decays.find((decay): decay is number => typeof decay === 'number') ?? null;
}
