// The way that the documentation of TensorFlow.js goes: everything registered, its own kernels, `model.fit`.
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { gatherBatch } from '../engine/batches.ts';
import { batchOfStep, type BenchSystem, checkedSteps } from './bench-system.ts';
import type { BenchTask } from './bench-task.ts';
import { createLayersModel } from './tfjs-layers-model.ts';

/** Limits that TensorFlow.js itself asks for. */
const limits = [
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
] as const;

/** `model.fit` of TensorFlow.js on WebGPU, with accuracy as ours has it; several batches per call, data on the device. */
export class TfjsFitSystem implements BenchSystem {
  scriptMs = 0;
  private model: LayersModel | null = null;
  private task: BenchTask | null = null;
  private data: { readonly inputs: tf.Tensor; readonly labels: tf.Tensor } | null = null;
  private stepsDone = 0;
  private readonly checked: number[] = [];

  refuse({ variant }: BenchTask): string | null {
    return variant === 'plain'
      ? null
      : 'the layers of TensorFlow.js do not compress; constraints are not applied by fit';
  }

  async prepare(task: BenchTask): Promise<void> {
    await useOwnBackend();
    this.task = task;
    this.model = createLayersModel(task);
    const { lr, momentum } = sgdOf(task);
    this.model.compile({
      optimizer: tf.train.momentum(lr, momentum),
      loss: 'categoricalCrossentropy',
      metrics: ['accuracy'],
    });
    this.timeSteps(this.model);
    this.data = uploadBatches(task);
  }

  /** Reads the mean loss back once per call, as `fit` does at the end of each epoch. */
  async step(count: number): Promise<void> {
    const { model, task, data } = this;
    if (model === null || task === null || data === null) throw new Error('The system is not prepared');
    for (let left = count; left > 0; ) {
      const first = this.stepsDone % task.batches.length;
      const now = Math.min(left, task.batches.length - first);
      const [from, length] = [first * task.batchSize, now * task.batchSize];
      const [inputs, labels] = [tf.slice(data.inputs, from, length), tf.slice(data.labels, from, length)];
      const onBatchEnd = (_: number, logs?: Record<string, number>) => {
        this.checked.push(logs?.['loss'] ?? NaN);
      };
      await model.fit(inputs, labels, {
        batchSize: task.batchSize,
        epochs: 1,
        shuffle: false,
        yieldEvery: 'never',
        // A callback per batch would read its loss back.
        ...(this.stepsDone < checkedSteps && { callbacks: { onBatchEnd } }),
      });
      tf.dispose([inputs, labels]);
      this.stepsDone += now;
      left -= now;
    }
  }

  losses(): Promise<Float32Array> {
    return Promise.resolve(Float32Array.from(this.checked.slice(0, checkedSteps)));
  }

  /** `fit` encodes and submits a batch in this one function; everything else in it waits. */
  private timeSteps(model: LayersModel): void {
    type Train = (data: tf.Tensor[]) => tf.Scalar[];
    const inside = model as unknown as { makeTrainFunction(): Train };
    const train = inside.makeTrainFunction();
    inside.makeTrainFunction = () => (data) => {
      const startedAt = performance.now();
      const results = train(data);
      this.scriptMs += performance.now() - startedAt;
      return results;
    };
  }
}

async function useOwnBackend(): Promise<void> {
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) throw new Error('There is no WebGPU here');
  const requiredLimits = Object.fromEntries(limits.map((name) => [name, adapter.limits[name]]));
  const device = await adapter.requestDevice({ requiredLimits });
  // The package registered a backend of its own, whose request for a device fails on some adapters.
  tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => new WebGPUBackend(device, adapter.info));
  await tf.setBackend('webgpu');
}

function sgdOf({ schedule }: BenchTask): { readonly lr: number; readonly momentum: number } {
  const { optimizer } = schedule.training;
  if (optimizer.class !== 'SGD') throw new RangeError('Only SGD is measured');
  return optimizer;
}

function uploadBatches(task: BenchTask): { readonly inputs: tf.Tensor; readonly labels: tf.Tensor } {
  const order = Uint32Array.from(task.batches.flatMap((_, step) => [...batchOfStep(task, step)]));
  const { inputs, labels } = gatherBatch(task.data.train, order, task.data);
  return {
    inputs: tf.tensor(inputs, [order.length, ...task.schedule.network.inputShape]),
    labels: tf.tidy(() => tf.cast(tf.oneHot(tf.tensor1d(labels, 'int32'), 10), 'float32')),
  };
}
