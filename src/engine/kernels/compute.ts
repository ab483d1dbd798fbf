import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu/dist/backend_webgpu';
import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import { dispatchKernel, type KernelProgram, makeOutput } from './dispatch-kernel.ts';

export type Inputs = Readonly<Record<string, TensorInfo>>;
/** What stands behind a kernel of TensorFlow.js's registry. */
export type Compute = (backend: WebGPUBackend, inputs: Inputs, attributes: NamedAttrMap) => TensorInfo | TensorInfo[];

/** Dispatches a program with one output of that shape. */
export function run(
  backend: WebGPUBackend,
  program: KernelProgram,
  inputs: readonly TensorInfo[],
  shape: readonly number[],
): TensorInfo {
  const output = makeOutput(backend, shape);
  dispatchKernel(backend, program, { bindings: [...inputs, output] });
  return output;
}
