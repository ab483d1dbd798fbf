import type * as tf from '@tensorflow/tfjs-core';
import type { TensorMath } from '../methods/tensor-math.ts';
import type { normalizeBatch, normalizeByStatistics } from './batch-norm.ts';
import type { earlyExitLoss } from './early-exit-loss.ts';
import type { FoldedPass, foldedValues, unfoldedValues } from './folded-norms.ts';
import type { runNetwork } from './network-runner.ts';
import type { columnSum, softmaxCrossEntropy } from './operations.ts';

interface FoldingComputations {
  readonly FoldedPass: typeof FoldedPass;
  readonly foldedValues: typeof foldedValues;
  readonly unfoldedValues: typeof unfoldedValues;
}

/** What computes with tensors and is loaded when that is first wanted. */
interface Computations {
  readonly runNetwork: typeof runNetwork;
  readonly normalizeBatch: typeof normalizeBatch;
  readonly normalizeByStatistics: typeof normalizeByStatistics;
  readonly folding: FoldingComputations;
  readonly earlyExitLoss: typeof earlyExitLoss;
  readonly softmaxCrossEntropy: typeof softmaxCrossEntropy;
  readonly columnSum: typeof columnSum;
  readonly math: TensorMath<tf.Tensor>;
}

/** The WebGPU device of this worker, and how TensorFlow.js is made to compute on it. */
interface OpenDevice {
  readonly device: GPUDevice;
  readonly load: () => Promise<void>;
  loading: Promise<void> | null;
}

let current: OpenDevice | null = null;
let computations: Computations | null = null;

/**
 * Notes the device that is used from here on.
 *
 * @param load Makes TensorFlow.js compute on it; called once, when that is first wanted.
 */
export function useDevice(device: GPUDevice, load: () => Promise<void>): void {
  current = { device, load, loading: null };
}

/** The device is used no longer. */
export function forgetDevice(device: GPUDevice): void {
  if (current?.device === device) current = null;
}

/** The device that is used; null on other backends. */
export function webgpuDevice(): GPUDevice | null {
  return current?.device ?? null;
}

/**
 * Makes TensorFlow.js ready to compute, which recorded steps do without: until then its tensors are mere numbers on the host.
 * To be awaited before anything but holding, reading and replacing tensors. Does nothing where it is ready.
 */
export async function loadReference(): Promise<void> {
  computations ??= await loadComputations();
  if (current === null) return;
  current.loading ??= current.load();
  await current.loading;
}

async function loadComputations(): Promise<Computations> {
  const [runner, norms, folding, exits, operations, { createTensorMath }] = await Promise.all([
    import('./network-runner.ts'),
    import('./batch-norm.ts'),
    import('./folded-norms.ts'),
    import('./early-exit-loss.ts'),
    import('./operations.ts'),
    import('./tensor-math.ts'),
  ]);
  return {
    runNetwork: runner.runNetwork,
    normalizeBatch: norms.normalizeBatch,
    normalizeByStatistics: norms.normalizeByStatistics,
    folding,
    earlyExitLoss: exits.earlyExitLoss,
    softmaxCrossEntropy: operations.softmaxCrossEntropy,
    columnSum: operations.columnSum,
    math: createTensorMath(),
  };
}

/** @throws Error before `loadReference`. */
export function loadedComputations(): Computations {
  if (computations === null) throw new Error('TensorFlow.js computes from loadReference on');
  return computations;
}
