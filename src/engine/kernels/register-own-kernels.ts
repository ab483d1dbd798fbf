import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu/dist/backend_webgpu';
import type { KernelConfig, KernelFunc, NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { maskUpdateKernel } from '../in-place.ts';
import {
  clipGradientKernel,
  clipKernel,
  columnSumKernel,
  reluGradientKernel,
  softmaxCrossEntropyKernel,
} from '../operations.ts';
import { type AdamAttributes, adamUpdateKernel, type SgdAttributes, sgdUpdateKernel } from '../optimizer.ts';
import { columnSumProgram, sliceCount } from './column-sum.ts';
import {
  clip,
  clipGradient,
  computeElementwise,
  elementwise,
  elementwiseOf,
  isElementwise,
  reluGradient,
} from './compute-elementwise.ts';
import { convolve, differentiateFilter, differentiateInput, isPlainConvolution } from './compute-convolutions.ts';
import { differentiatePool, isPlainPool, poolMaximum } from './compute-pools.ts';
import { type Compute, type Inputs, run } from './compute.ts';
import { dispatchKernel, makeOutput } from './dispatch-kernel.ts';
import { matmulProgram } from './matmul.ts';
import { adamUpdateProgram, maskUpdateProgram, sgdUpdateProgram } from './parameter-update.ts';
import { meanLossProgram, softmaxCrossEntropyProgram } from './softmax-cross-entropy.ts';

/** Registers this project's kernels on WebGPU, over those of TensorFlow.js where both have one. */
export function registerOwnKernels(): void {
  override('BatchMatMul', multiplyMatrices, ({ a, b }) => leadingSize(a!) === 1 && leadingSize(b!) === 1);
  override('Conv2D', convolve, isPlainConvolution);
  override('Conv2DBackpropFilter', differentiateFilter, isPlainConvolution);
  override('Conv2DBackpropInput', differentiateInput, isPlainConvolution);
  override('MaxPool', poolMaximum, isPlainPool);
  override('MaxPoolGrad', differentiatePool, isPlainPool);
  for (const [name, operation] of Object.entries(elementwise)) {
    override(name, elementwiseOf(operation), ({ a, b }, _, backend) => isElementwise(backend, [a!, b!]));
  }
  register(reluGradientKernel, (backend, { dy, y }) => computeElementwise(backend, reluGradient, [dy!, y!]));
  register(clipKernel, (backend, { x, lower, upper }) => computeElementwise(backend, clip, [x!, lower!, upper!]));
  register(clipGradientKernel, (backend, { dy, x, lower, upper }) =>
    computeElementwise(backend, clipGradient, [dy!, x!, lower!, upper!]),
  );
  register(columnSumKernel, sumColumns);
  register(softmaxCrossEntropyKernel, computeSoftmaxLoss);
  register(sgdUpdateKernel, updateSgd);
  register(adamUpdateKernel, updateAdam);
  register(maskUpdateKernel, applyMask);
}

function register(kernelName: string, compute: Compute): void {
  if (!registered.has(kernelName)) tf.registerKernel(configOf(kernelName, compute));
  registered.add(kernelName);
}

/** What is registered stays so when a lost device is replaced. */
const registered = new Set<string>();

/** Cases that `isOurs` refuses go to TensorFlow.js's kernel. */
function override(
  kernelName: string,
  compute: Compute,
  isOurs: (inputs: Inputs, attributes: NamedAttrMap, backend: WebGPUBackend) => boolean,
): void {
  if (registered.has(kernelName)) return;
  registered.add(kernelName);
  const theirs = tf.getKernel(kernelName, 'webgpu').kernelFunc;
  tf.unregisterKernel(kernelName, 'webgpu');
  const own = configOf(kernelName, compute).kernelFunc;
  const kernelFunc: KernelFunc = (params) =>
    isOurs(params.inputs as Inputs, params.attrs ?? {}, asWebgpu(params.backend)) ? own(params) : theirs(params);
  tf.registerKernel({ kernelName, backendName: 'webgpu', kernelFunc });
}

function configOf(kernelName: string, compute: Compute): KernelConfig {
  const kernelFunc: KernelFunc = ({ inputs, backend, attrs }) =>
    compute(asWebgpu(backend), inputs as Inputs, attrs ?? {});
  return { kernelName, backendName: 'webgpu', kernelFunc };
}

/** A kernel registered for WebGPU is called with no other backend. */
function asWebgpu(backend: unknown): WebGPUBackend {
  return backend as WebGPUBackend;
}

/** Number of matrices in a batch of them. */
function leadingSize({ shape }: TensorInfo): number {
  return tf.util.sizeFromShape(shape.slice(0, -2));
}

function multiplyMatrices(backend: WebGPUBackend, { a, b }: Inputs, attributes: NamedAttrMap): TensorInfo {
  const transposeA = attributes['transposeA'] === true;
  const transposeB = attributes['transposeB'] === true;
  const [aRows, aColumns] = a!.shape.slice(-2) as [number, number];
  const [bRows, bColumns] = b!.shape.slice(-2) as [number, number];
  const [rows, depth] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
  const columns = transposeB ? bRows : bColumns;
  const program = matmulProgram({ rows, depth, columns, transposeA, transposeB });
  return run(backend, program, [a!, b!], [...a!.shape.slice(0, -2), rows, columns]);
}

function sumColumns(backend: WebGPUBackend, { x }: Inputs): TensorInfo {
  const columns = x!.shape.at(-1)!;
  const rows = tf.util.sizeFromShape(x!.shape) / columns;
  const slices = sliceCount(rows);
  const sums = run(
    backend,
    columnSumProgram(rows, columns, slices),
    [x!],
    slices === 1 ? [columns] : [slices, columns],
  );
  if (slices === 1) return sums;
  const total = run(backend, columnSumProgram(slices, columns, 1), [sums], [columns]);
  backend.disposeData(sums.dataId);
  return total;
}

function computeSoftmaxLoss(backend: WebGPUBackend, { logits, labels }: Inputs): TensorInfo[] {
  const [batch, classes] = logits!.shape as [number, number];
  const gradient = makeOutput(backend, [batch, classes]);
  const rows = makeOutput(backend, [batch, 2]);
  dispatchKernel(backend, softmaxCrossEntropyProgram(batch, classes), { bindings: [logits!, labels!, gradient, rows] });
  return [run(backend, meanLossProgram(batch), [rows], []), gradient, rows];
}

function updateSgd(
  backend: WebGPUBackend,
  { weights, gradient, velocity }: Inputs,
  attributes: NamedAttrMap,
): TensorInfo[] {
  const { learningRate, momentum, weightDecay, nesterov } = attributes as unknown as SgdAttributes;
  const program = sgdUpdateProgram(tf.util.sizeFromShape(weights!.shape), nesterov);
  const changes = [weights!, velocity!];
  dispatchKernel(backend, program, {
    bindings: [...changes, gradient!],
    changes,
    uniforms: [learningRate, momentum, weightDecay],
  });
  return [];
}

function updateAdam(
  backend: WebGPUBackend,
  { weights, gradient, mean, variance }: Inputs,
  attributes: NamedAttrMap,
): TensorInfo[] {
  const { stepSize, beta1, beta2, correction, epsilon, weightDecay } = attributes as unknown as AdamAttributes;
  const changes = [weights!, mean!, variance!];
  dispatchKernel(backend, adamUpdateProgram(tf.util.sizeFromShape(weights!.shape)), {
    bindings: [...changes, gradient!],
    changes,
    uniforms: [stepSize, beta1, beta2, correction, epsilon, weightDecay],
  });
  return [];
}

function applyMask(backend: WebGPUBackend, { weights, mask }: Inputs): TensorInfo[] {
  const program = maskUpdateProgram(tf.util.sizeFromShape(weights!.shape));
  dispatchKernel(backend, program, { bindings: [weights!, mask!], changes: [weights!] });
  return [];
}
