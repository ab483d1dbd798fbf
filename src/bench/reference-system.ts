import * as tf from '@tensorflow/tfjs-core';
import { networkParameters } from '../core/network.ts';
import type { NetworkValues } from '../core/network-reference.ts';
import type { Network } from '../core/network.ts';
import { createRandom } from '../core/random.ts';
import { useWebgpuBackend } from '../engine/backend-webgpu.ts';
import { gatherBatch } from '../engine/batches.ts';
import { CompressionScheduler } from '../engine/compression-scheduler.ts';
import { createPolicies } from '../engine/create-policies.ts';
import { DeviceParameters } from '../engine/device-parameters.ts';
import { StepQueue } from '../engine/device-queue.ts';
import { accessNetwork } from '../engine/network-access.ts';
import { Optimizer } from '../engine/optimizer.ts';
import { PrunerEvidence } from '../engine/pruner-evidence.ts';
import {
  disposeStepMetrics,
  readStepMetrics,
  type StepMetrics,
  TrainedNetwork,
  TrainStep,
} from '../engine/train-step.ts';
import { batchOfStep, type BenchSystem, checkedSteps } from './bench-system.ts';
import type { BenchTask } from './bench-task.ts';

/** Steps that the product lets be under way. */
const stepsUnderWay = 3;

/** The step of the reference path: TensorFlow.js on WebGPU with this project's kernels, batches gathered on the host. */
export class ReferenceSystem implements BenchSystem {
  scriptMs = 0;
  private task: BenchTask | null = null;
  private trainStep: TrainStep | null = null;
  private stepsDone = 0;
  private readonly queue = new StepQueue(stepsUnderWay);
  private readonly checked: StepMetrics[] = [];

  refuse(): string | null {
    return null;
  }

  async prepare(task: BenchTask): Promise<void> {
    const attempt = await useWebgpuBackend(navigator.gpu);
    if (!attempt.ok) throw new Error(`There is no WebGPU here: ${attempt.problem}`);
    this.task = task;
    this.trainStep = await createTrainStep(task);
  }

  async step(count: number): Promise<void> {
    for (let index = 0; index < count; index++) {
      const startedAt = performance.now();
      await this.submitStep();
      const waiting = this.queue.push();
      this.scriptMs += performance.now() - startedAt;
      await waiting;
    }
    await this.queue.drain();
  }

  async losses(): Promise<Float32Array> {
    const losses = [];
    for (const metrics of this.checked.splice(0)) {
      const { lossSum, count } = await readStepMetrics(metrics);
      tf.dispose(metrics.overall);
      losses.push(lossSum / count);
    }
    return Float32Array.from(losses);
  }

  private async submitStep(): Promise<void> {
    const { task, trainStep } = this;
    if (task === null || trainStep === null) throw new Error('The system is not prepared');
    const step = this.stepsDone++;
    const batch = gatherBatch(task.data.train, batchOfStep(task, step), task.data);
    const metrics = await trainStep.run(batch, { epoch: 0, step, stepsPerEpoch: Number.MAX_SAFE_INTEGER });
    if (step < checkedSteps) this.checked.push(metrics);
    else disposeStepMetrics(metrics);
  }
}

function createModel(network: Network, values: NetworkValues): TrainedNetwork {
  const parameters = new DeviceParameters(networkParameters(network), ({ name, size }) => {
    return values.get(name) ?? new Float32Array(size);
  });
  return new TrainedNetwork(network, parameters);
}

/** The step as the session makes it, at the beginning of epoch 0. */
async function createTrainStep({ schedule, values, teacher }: BenchTask): Promise<TrainStep> {
  const model = createModel(schedule.network, values);
  const teaching = createModel(teacher.network, teacher.values);
  const optimizer = new Optimizer(schedule.training.optimizer, model.trainable());
  const evidence = new PrunerEvidence(schedule.policies, schedule.network);
  const scheduler = new CompressionScheduler({
    policies: createPolicies(schedule, createRandom(1), (_, inputs) => teaching.forward(inputs, false)),
    store: model.parameters,
    network: accessNetwork({ model, optimizer, evidence }),
    rates: optimizer.rates,
    startQuantization: (quantizer) => {
      for (const group of model.startQuantization(quantizer).learnedGroups()) optimizer.addGroup(group);
    },
  });
  await scheduler.onEpochBegin(0, Number.MAX_SAFE_INTEGER);
  return new TrainStep({ model, optimizer, scheduler, evidence });
}
