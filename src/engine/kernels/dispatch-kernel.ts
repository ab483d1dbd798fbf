import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu/dist/backend_webgpu';
import type { DataId, DataType, TensorInfo } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/** A compute kernel for particular shapes. */
export interface KernelProgram {
  /** Same key, same shader: pipelines are kept by it. */
  readonly key: string;
  /** Shader text with an entry point `main`; called once per key. */
  readonly shader: () => string;
  /** Workgroups along x, y, z. */
  readonly workgroups: readonly [number, number, number];
}

export interface KernelOperands {
  /** Bound from 0 on, in order. Those that the kernel writes too must be in `changes` as well. */
  readonly bindings: readonly TensorInfo[];
  /** Tensors that are written in place: what the host remembers of them is forgotten. */
  readonly changes?: readonly TensorInfo[];
  /** Float uniforms, bound last as a struct of f32. */
  readonly uniforms?: readonly number[];
}

/** The parts of TensorFlow.js's backend that an own dispatch needs; it keeps some of them private. */
interface BackendInside {
  readonly device: GPUDevice;
  commandEncoder: GPUCommandEncoder | null;
  computePassEncoder: GPUComputePassEncoder | null;
  dispatchCountInPass: number;
  readonly commandQueueOwnedIds: WeakSet<DataId>;
  readonly tensorMap: { get(dataId: DataId): { resource: GPUBuffer; values: unknown; dtype: DataType } };
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
  uploadToGPU(dataId: DataId): void;
  makeUniforms(fields: readonly { type: string; data: number[] }[]): {
    buffer: GPUBuffer;
    offset: number;
    size: number;
  };
}

const pipelines = new WeakMap<GPUDevice, Map<string, GPUComputePipeline>>();

/**
 * Appends a dispatch to the commands of TensorFlow.js's backend, in order with its own. Buffers of operands that are
 * disposed before the commands are submitted stay theirs until then.
 */
export function dispatchKernel(backend: WebGPUBackend, program: KernelProgram, operands: KernelOperands): void {
  const inside = backend as unknown as BackendInside;
  const pipeline = pipelineOf(inside.device, program);
  const stored = operands.bindings.map((operand) => withOwnType(backend, operand));
  const entries = bindEntries(inside, { ...operands, bindings: stored });
  const bindGroup = inside.device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
  inside.ensureCommandEncoderReady();
  inside.computePassEncoder ??= inside.commandEncoder!.beginComputePass();
  inside.computePassEncoder.setPipeline(pipeline);
  inside.computePassEncoder.setBindGroup(0, bindGroup);
  inside.computePassEncoder.dispatchWorkgroups(...program.workgroups);
  inside.dispatchCountInPass++;
  for (const { dataId } of stored) inside.commandQueueOwnedIds.add(dataId);
  stored.forEach((operand, at) => {
    if (operand !== operands.bindings[at]) backend.disposeData(operand.dataId);
  });
  for (const { dataId } of operands.changes ?? []) inside.tensorMap.get(dataId).values = null;
  if (inside.dispatchCountInPass < tf.env().getNumber('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE')) return;
  inside.endComputePassEncoder();
  inside.submitQueue();
}

/** Whether the tensor's buffer holds floats, whatever the tensor claims. */
export function isStoredAsFloat(backend: WebGPUBackend, { dataId, dtype }: TensorInfo): boolean {
  return dtype === 'float32' && (backend as unknown as BackendInside).tensorMap.get(dataId).dtype === 'float32';
}

/** A new float tensor for a kernel to write. */
export function makeOutput(backend: WebGPUBackend, shape: readonly number[]): TensorInfo {
  return backend.makeTensorInfo([...shape], 'float32');
}

/**
 * The tensor with a buffer of the type that it claims. TensorFlow.js casts booleans and integers to floats without touching
 * their buffer, and converts whenever one of its own shaders reads it.
 */
function withOwnType(backend: WebGPUBackend, operand: TensorInfo): TensorInfo {
  if (operand.dtype !== 'float32' || isStoredAsFloat(backend, operand)) return operand;
  const one = backend.makeTensorInfo([], 'float32', Float32Array.of(1));
  const product = tf.getKernel('Multiply', 'webgpu').kernelFunc({ inputs: { a: operand, b: one }, backend });
  backend.disposeData(one.dataId);
  return product as TensorInfo;
}

function bindEntries(inside: BackendInside, { bindings, uniforms }: KernelOperands): GPUBindGroupEntry[] {
  const entries: GPUBindGroupEntry[] = bindings.map(({ dataId }, binding) => {
    inside.uploadToGPU(dataId);
    return { binding, resource: { buffer: inside.tensorMap.get(dataId).resource } };
  });
  if (uniforms !== undefined) {
    const resource = inside.makeUniforms(uniforms.map((value) => ({ type: 'float32', data: [value] })));
    entries.push({ binding: entries.length, resource });
  }
  return entries;
}

function pipelineOf(device: GPUDevice, { key, shader }: KernelProgram): GPUComputePipeline {
  const known = pipelines.get(device) ?? new Map<string, GPUComputePipeline>();
  pipelines.set(device, known);
  const pipeline = known.get(key) ?? compile(device, key, shader());
  known.set(key, pipeline);
  return pipeline;
}

function compile(device: GPUDevice, label: string, code: string): GPUComputePipeline {
  const module = device.createShaderModule({ label, code });
  return device.createComputePipeline({ label, layout: 'auto', compute: { module, entryPoint: 'main' } });
}
