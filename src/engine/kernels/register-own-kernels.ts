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
import { convolutionFilterGradientProgram } from './convolution-filter-gradient.ts';
import { convolutionInputGradientProgram } from './convolution-input-gradient.ts';
import type { ConvolutionShape } from './convolution-shape.ts';
import { convolutionProgram } from './convolution.ts';
import { dispatchKernel, isStoredAsFloat, type KernelProgram, makeOutput } from './dispatch-kernel.ts';
import { type ElementwiseOperation, elementwiseProgram, spreadOf } from './elementwise.ts';
import { matmulProgram } from './matmul.ts';
import { maxPoolGradientProgram, maxPoolProgram, type PoolShape } from './max-pool.ts';
import { adamUpdateProgram, maskUpdateProgram, sgdUpdateProgram } from './parameter-update.ts';
import { meanLossProgram, softmaxCrossEntropyProgram } from './softmax-cross-entropy.ts';

type Inputs = Readonly<Record<string, TensorInfo>>;
type Compute = (backend: WebGPUBackend, inputs: Inputs, attributes: NamedAttrMap) => TensorInfo | TensorInfo[];

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

function run(
  backend: WebGPUBackend,
  program: KernelProgram,
  inputs: readonly TensorInfo[],
  shape: readonly number[],
): TensorInfo {
  const output = makeOutput(backend, shape);
  dispatchKernel(backend, program, { bindings: [...inputs, output] });
  return output;
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

function isPlainConvolution(_: Inputs, { dataFormat, dilations }: NamedAttrMap): boolean {
  const steps = dilations === undefined ? [1] : [dilations].flat();
  return (dataFormat === undefined || dataFormat === 'NHWC') && steps.every((step) => step === 1);
}

/** @param inShape [batch, height, width, channels] @param kernelShape [height, width, in, out] */
function convolutionShape(
  inShape: readonly number[],
  kernelShape: readonly number[],
  attributes: NamedAttrMap,
): ConvolutionShape {
  const { strides, pad, dimRoundingMode } = attributes as unknown as Parameters<typeof toConvInfo>[2];
  return toConvInfo(inShape, kernelShape, { strides, pad, dimRoundingMode });
}

type ConvInfoArguments = Parameters<typeof tf.backend_util.computeConv2DInfo>;

function toConvInfo(
  inShape: readonly number[],
  kernelShape: readonly number[],
  attributes: { strides: ConvInfoArguments[2]; pad: ConvInfoArguments[4]; dimRoundingMode: ConvInfoArguments[5] },
): ConvolutionShape {
  const { strides, pad, dimRoundingMode } = attributes;
  const info = tf.backend_util.computeConv2DInfo(
    inShape as [number, number, number, number],
    kernelShape as [number, number, number, number],
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  return {
    batch: info.batchSize,
    inHeight: info.inHeight,
    inWidth: info.inWidth,
    inChannels: info.inChannels,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
    outChannels: info.outChannels,
    kernelHeight: info.filterHeight,
    kernelWidth: info.filterWidth,
    strideHeight: info.strideHeight,
    strideWidth: info.strideWidth,
    padTop: info.padInfo.top,
    padLeft: info.padInfo.left,
  };
}

function convolve(backend: WebGPUBackend, { x, filter }: Inputs, attributes: NamedAttrMap): TensorInfo {
  const shape = convolutionShape(x!.shape, filter!.shape, attributes);
  const { batch, outHeight, outWidth, outChannels } = shape;
  return run(backend, convolutionProgram(shape), [x!, filter!], [batch, outHeight, outWidth, outChannels]);
}

function differentiateFilter(backend: WebGPUBackend, { x, dy }: Inputs, attributes: NamedAttrMap): TensorInfo {
  const filterShape = attributes['filterShape'] as number[];
  const shape = convolutionShape(x!.shape, filterShape, attributes);
  const weights = tf.util.sizeFromShape(filterShape);
  const partial = run(backend, convolutionFilterGradientProgram(shape), [x!, dy!], [shape.batch, weights]);
  const gradient = run(backend, columnSumProgram(shape.batch, weights, 1), [partial], filterShape);
  backend.disposeData(partial.dataId);
  return gradient;
}

function differentiateInput(backend: WebGPUBackend, { dy, filter }: Inputs, attributes: NamedAttrMap): TensorInfo {
  const inputShape = attributes['inputShape'] as number[];
  const shape = convolutionShape(inputShape, filter!.shape, attributes);
  return run(backend, convolutionInputGradientProgram(shape), [dy!, filter!], inputShape);
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

const elementwise: Readonly<Record<string, ElementwiseOperation>> = {
  Add: { name: 'add', expression: 'x0 + x1' },
  Sub: { name: 'subtract', expression: 'x0 - x1' },
  Multiply: { name: 'multiply', expression: 'x0 * x1' },
  RealDiv: { name: 'divide', expression: 'x0 / x1' },
  Maximum: { name: 'maximum', expression: 'max(x0, x1)' },
  Minimum: { name: 'minimum', expression: 'min(x0, x1)' },
  Greater: { name: 'greater', expression: 'x0 > x1', isBoolean: true },
  GreaterEqual: { name: 'greater-equal', expression: 'x0 >= x1', isBoolean: true },
  LessEqual: { name: 'less-equal', expression: 'x0 <= x1', isBoolean: true },
};
const reluGradient: ElementwiseOperation = {
  name: 'relu-gradient',
  expression: 'select(zero, x0, x1 > zero)',
};

const clip: ElementwiseOperation = { name: 'clip', expression: 'min(max(x0, x1), x2)' };
const clipGradient: ElementwiseOperation = {
  name: 'clip-gradient',
  expression: 'select(zero, select(zero, x0, x1 >= x2), x1 <= x3)',
};

function elementwiseOf(operation: ElementwiseOperation): Compute {
  return (backend, { a, b }) => computeElementwise(backend, operation, [a!, b!]);
}

function outputShape(operands: readonly TensorInfo[]): number[] {
  return operands.map(({ shape }) => shape).reduce(tf.broadcast_util.assertAndGetBroadcastShape);
}

function isElementwise(backend: WebGPUBackend, operands: readonly TensorInfo[]): boolean {
  const shape = outputShape(operands);
  return (
    tf.util.sizeFromShape(shape) > 0 &&
    operands.every((operand) => isStoredAsFloat(backend, operand) && spreadOf(operand.shape, shape) !== null)
  );
}

function computeElementwise(
  backend: WebGPUBackend,
  operation: ElementwiseOperation,
  operands: readonly TensorInfo[],
): TensorInfo {
  const shape = outputShape(operands);
  const spreads = operands.map((operand) => spreadOf(operand.shape, shape)!);
  const program = elementwiseProgram(operation, {
    size: tf.util.sizeFromShape(shape),
    columns: shape.at(-1) ?? 1,
    spreads,
  });
  const output = backend.makeTensorInfo(shape, operation.isBoolean === true ? 'bool' : 'float32');
  dispatchKernel(backend, program, { bindings: [...operands, output] });
  return output;
}

function isPlainPool(_: Inputs, attributes: NamedAttrMap): boolean {
  const { pad } = attributes as unknown as PoolAttributes;
  return pad === 'valid' || pad === 0;
}

interface PoolAttributes {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number;
}

function poolShape(inShape: readonly number[], attributes: NamedAttrMap): PoolShape {
  const { filterSize, strides } = attributes as unknown as PoolAttributes;
  const info = tf.backend_util.computePool2DInfo(
    inShape as [number, number, number, number],
    filterSize,
    strides,
    1,
    'valid',
  );
  return {
    batch: info.batchSize,
    inHeight: info.inHeight,
    inWidth: info.inWidth,
    channels: info.inChannels,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
    windowHeight: info.filterHeight,
    windowWidth: info.filterWidth,
    strideHeight: info.strideHeight,
    strideWidth: info.strideWidth,
  };
}

function poolMaximum(backend: WebGPUBackend, { x }: Inputs, attributes: NamedAttrMap): TensorInfo {
  const shape = poolShape(x!.shape, attributes);
  const { batch, outHeight, outWidth, channels } = shape;
  return run(backend, maxPoolProgram(shape), [x!], [batch, outHeight, outWidth, channels]);
}

function differentiatePool(backend: WebGPUBackend, { dy, input }: Inputs, attributes: NamedAttrMap): TensorInfo {
  return run(backend, maxPoolGradientProgram(poolShape(input!.shape, attributes)), [input!, dy!], input!.shape);
}
