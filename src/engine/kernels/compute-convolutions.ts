import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu/dist/backend_webgpu';
import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { columnSumProgram } from './column-sum.ts';
import { type Inputs, run } from './compute.ts';
import { convolutionFilterGradientProgram } from './convolution-filter-gradient.ts';
import { convolutionInputGradientProgram } from './convolution-input-gradient.ts';
import type { ConvolutionShape } from './convolution-shape.ts';
import { convolutionProgram } from './convolution.ts';

export function isPlainConvolution(_: Inputs, { dataFormat, dilations }: NamedAttrMap): boolean {
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

export function convolve(backend: WebGPUBackend, { x, filter }: Inputs, attributes: NamedAttrMap): TensorInfo {
  const shape = convolutionShape(x!.shape, filter!.shape, attributes);
  const { batch, outHeight, outWidth, outChannels } = shape;
  return run(backend, convolutionProgram(shape), [x!, filter!], [batch, outHeight, outWidth, outChannels]);
}

export function differentiateFilter(backend: WebGPUBackend, { x, dy }: Inputs, attributes: NamedAttrMap): TensorInfo {
  const filterShape = attributes['filterShape'] as number[];
  const shape = convolutionShape(x!.shape, filterShape, attributes);
  const weights = tf.util.sizeFromShape(filterShape);
  const partial = run(backend, convolutionFilterGradientProgram(shape), [x!, dy!], [shape.batch, weights]);
  const gradient = run(backend, columnSumProgram(shape.batch, weights, 1), [partial], filterShape);
  backend.disposeData(partial.dataId);
  return gradient;
}

export function differentiateInput(
  backend: WebGPUBackend,
  { dy, filter }: Inputs,
  attributes: NamedAttrMap,
): TensorInfo {
  const inputShape = attributes['inputShape'] as number[];
  const shape = convolutionShape(inputShape, filter!.shape, attributes);
  return run(backend, convolutionInputGradientProgram(shape), [dy!, filter!], inputShape);
}
