import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu/dist/backend_webgpu';
import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { type Inputs, run } from './compute.ts';
import { maxPoolGradientProgram, maxPoolProgram, type PoolShape } from './max-pool.ts';

export function isPlainPool(_: Inputs, attributes: NamedAttrMap): boolean {
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

export function poolMaximum(backend: WebGPUBackend, { x }: Inputs, attributes: NamedAttrMap): TensorInfo {
  const shape = poolShape(x!.shape, attributes);
  const { batch, outHeight, outWidth, channels } = shape;
  return run(backend, maxPoolProgram(shape), [x!], [batch, outHeight, outWidth, channels]);
}

export function differentiatePool(backend: WebGPUBackend, { dy, input }: Inputs, attributes: NamedAttrMap): TensorInfo {
  return run(backend, maxPoolGradientProgram(poolShape(input!.shape, attributes)), [input!, dy!], input!.shape);
}
