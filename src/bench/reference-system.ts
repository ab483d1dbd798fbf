import * as tf from '@tensorflow/tfjs-core';
import { gatherBatch } from '../engine/batches.ts';
import { StepQueue } from '../engine/device-queue.ts';
import { loadReference } from '../engine/reference-backend.ts';
import { disposeStepMetrics, readStepMetrics, type StepMetrics, TrainStep } from '../engine/train-step.ts';
import { useWebgpuDevice } from '../engine/webgpu-device.ts';
import { batchOfStep, type BenchSystem, checkedSteps } from './bench-system.ts';
import type { BenchTask } from './bench-task.ts';
import { createTraining } from './bench-training.ts';

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
    const attempt = await useWebgpuDevice(navigator.gpu);
    if (!attempt.ok) throw new Error(`There is no WebGPU here: ${attempt.problem}`);
    await loadReference();
    this.task = task;
    this.trainStep = new TrainStep(await createTraining(task));
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
