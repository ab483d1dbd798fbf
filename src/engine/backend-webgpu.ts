import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu/dist/backend_webgpu';
import * as tf from '@tensorflow/tfjs-core';
import type { Environment } from '../protocol/training-event.ts';
import type { ComputeBackend, WebgpuAttempt } from './compute-backend.ts';
import { computesRightly } from './check-computation.ts';
import { registerOwnKernels } from './kernels/register-own-kernels.ts';
import { registerGradients } from './register-gradients.ts';
import { registerWebgpuKernels } from './register-webgpu-kernels.ts';

/** Limits that are worth having beyond the defaults, as high as the adapter goes. */
const wantedLimits = [
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
] as const;

/**
 * Makes WebGPU the current backend, after a small computation came out right.
 *
 * TensorFlow.js's own way in crashes without an adapter, asks for a malformed list of features and for the default limits,
 * and listens to neither a lost device nor its errors: device and backend are made here.
 */
export async function useWebgpuBackend(gpu: GPU): Promise<WebgpuAttempt> {
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' }).catch(() => null);
  if (adapter === null) return { ok: false, problem: 'no-adapter' };
  const device = await requestDevice(adapter);
  if (device === null) return { ok: false, problem: 'no-device' };
  const backend = createBackend(adapter, device);
  try {
    await register(device, adapter.info);
    if (await computesRightly()) return { ok: true, backend };
  } catch {
    // Shaders that do not compile and reads that fail are a wrong result too.
  }
  backend.close();
  return { ok: false, problem: 'wrong-result' };
}

async function requestDevice(adapter: GPUAdapter): Promise<GPUDevice | null> {
  const requiredLimits = Object.fromEntries(wantedLimits.map((name) => [name, adapter.limits[name]]));
  return adapter.requestDevice({ requiredLimits }).catch(() => null);
}

function createBackend(adapter: GPUAdapter, device: GPUDevice): ComputeBackend {
  let isClosed = false;
  const backend: ComputeBackend = {
    environment: describe(adapter.info),
    onFailure: () => undefined,
    close: () => {
      isClosed = true;
      tf.removeBackend('webgpu');
      device.destroy();
    },
  };
  void device.lost.then(({ message }) => {
    if (!isClosed) backend.onFailure({ kind: 'device-lost', message: message || 'The graphics device was lost.' });
  });
  device.addEventListener('uncapturederror', ({ error }) => {
    if (isClosed) return;
    const kind = error instanceof GPUOutOfMemoryError ? 'out-of-memory' : 'internal';
    backend.onFailure({ kind, message: error.message });
  });
  return backend;
}

let hasKernels = false;

/** Kernels outlive a lost device, and registering them again would put TensorFlow.js's own over this project's. */
function registerKernelsOnce(): void {
  if (hasKernels) return;
  hasKernels = true;
  registerWebgpuKernels();
  registerOwnKernels();
  registerGradients();
}

async function register(device: GPUDevice, info: GPUAdapterInfo): Promise<void> {
  registerKernelsOnce();
  // Small tensors would be computed on the processor otherwise: other numbers, and uploads in every step.
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  tf.registerBackend('webgpu', () => new WebGPUBackend(device, info));
  await tf.setBackend('webgpu');
}

function describe(info: GPUAdapterInfo): Environment {
  const words = [info.vendor, info.architecture, info.description].filter((word) => word !== '');
  const name = [...new Set(words)].join(' ') || 'Unnamed adapter';
  const software = info.isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|basic render/i.test(name);
  return { backend: 'webgpu', adapter: name, software, versions: { 'tfjs-core': tf.version_core } };
}
