import type { ParameterSpec } from '../core/network.ts';
import type { Checkpoint, EpochSnapshot } from '../protocol/epoch-memory.ts';
import type { Environment, EpochMetrics, TrainingEvent } from '../protocol/training-event.ts';
import { createRun, reduceRun } from './reduce-run.ts';
import type { Run } from './run.ts';

/** A short training as its worker tells it, for tests. */
export const fixtureEnvironment: Environment = {
  backend: 'webgpu',
  adapter: 'google swiftshader',
  software: true,
  versions: { tfjs: '4.22.0' },
};

const parameter: ParameterSpec = {
  name: 'fc1.weight',
  layer: 'fc1',
  layerKind: 'dense',
  role: 'kernel',
  shape: [2, 3],
  size: 6,
  fanIn: 2,
};

export const fixtureText = 'version: 1\ntraining: {epochs: 2}\n';

export function fixtureStarted(runId: string): TrainingEvent & { readonly type: 'started' } {
  return {
    type: 'started',
    runId,
    model: 'cnn_mnist',
    dataset: 'mnist',
    seed: 1,
    epochs: 2,
    stepsPerEpoch: 128,
    parameters: [parameter],
    environment: fixtureEnvironment,
  };
}

export function fixtureMetrics(epoch: number): EpochMetrics {
  return {
    epoch,
    learningRate: 0.03,
    durationMs: 1000,
    train: { loss: 0.5, parts: [{ name: 'L1Regularizer_loss', value: 0.25 }], top1: 0.875 },
    validation: { loss: 0.4, top1: 0.9 },
    parameters: {
      'fc1.weight': { size: 6, nonZero: 3, sparsity: 0.5, structures: { rows: 0.5, columns: 0 }, bits: 8 },
    },
    activations: { relu1: { bits: 8 } },
    sparsity: 0.5,
    events: [
      {
        kind: 'pruner',
        policy: 0,
        instanceName: 'gradual',
        what: 'mask-update',
        epoch,
        message: '`gradual` prunes 3 weights',
      },
    ],
  };
}

export function fixtureProgress(
  runId: string,
  epoch: number,
  step: number,
): TrainingEvent & { readonly type: 'progress' } {
  const samples = [{ epoch, step, loss: 1 / (step + 1), top1: 0.5 }];
  return { type: 'progress', runId, epoch, step, phase: 'training', msPerStep: 10, samples };
}

export function fixtureEpochEnd(runId: string, epoch: number): TrainingEvent & { readonly type: 'epoch-end' } {
  const picture = { rows: 2, columns: 3, cells: Int8Array.from([-128, 5, -128, 127, -128, -3]) };
  return {
    type: 'epoch-end',
    runId,
    metrics: fixtureMetrics(epoch),
    snapshots: [{ parameter: 'fc1.weight', histogram: { range: 1, counts: [1, 2], pruned: 3 }, picture }],
  };
}

export function fixtureFinished(runId: string): TrainingEvent & { readonly type: 'finished' } {
  const result = { top1: 0.974, loss: 0.1, testSize: 10_000, sparsity: 0.9, prunedSparsity: 0.95, durationMs: 2500 };
  return { type: 'finished', runId, result };
}

export function fixtureRun(id = 'run-a', number = 1): Run {
  return createRun({ id, number, config: { version: 1, text: fixtureText }, startedAt: 1_700_000_000_000 });
}

export function fixtureFinishedRun(id = 'run-a', number = 1): Run {
  const story: readonly TrainingEvent[] = [
    fixtureStarted(id),
    fixtureProgress(id, 0, 128),
    fixtureEpochEnd(id, 0),
    fixtureProgress(id, 1, 128),
    fixtureEpochEnd(id, 1),
    fixtureFinished(id),
  ];
  return story.reduce(reduceRun, fixtureRun(id, number));
}

export function fixtureSnapshot(epoch: number): EpochSnapshot {
  return {
    epoch,
    tensors: [
      {
        name: 'fc1.weight',
        shape: [2, 3],
        // 0, 1, -2, 0.5, 0, -0.5
        halves: Uint16Array.of(0, 0x3c00, 0xc000, 0x3800, 0, 0xb800),
        mask: Uint8Array.of(0b101110),
        quantized: { levels: Float32Array.of(0, 1), codes: Uint8Array.of(0, 1, 0, 1, 0, 0) },
      },
    ],
    answers: {
      classCount: 2,
      labels: Uint8Array.of(0, 1),
      answers: Uint8Array.of(0, 0),
      confidences: Uint8Array.of(255, 128),
    },
    activationSparsity: { relu1: 0.25 },
    gradientSparsity: {},
  };
}

/** After so many epochs. */
export function fixtureCheckpoint(epoch: number): Checkpoint {
  const values = Float32Array.of(0, 1, -2, 0.5, 0, -0.5);
  return {
    version: 1,
    epoch,
    model: 'cnn_mnist',
    values: [{ name: 'fc1.weight', shape: [2, 3], values }],
    masks: [{ name: 'fc1.weight', shape: [2, 3], values: Float32Array.of(0, 1, 1, 1, 0, 1) }],
    optimizer: { class: 'SGD', stepCount: 128 * epoch, state: [{ name: 'fc1.weight', slots: [values.slice()] }] },
    quantization: null,
    evidence: { gradients: [], activations: [] },
    validations: Array.from({ length: epoch }, () => ({ loss: 0.4, top1: 0.9 })),
  };
}
