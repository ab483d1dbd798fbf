import * as tf from '@tensorflow/tfjs-core';
import { adapterName, isSoftwareAdapter } from './software-adapter.ts';
import type { Environment } from '../protocol/training-event.ts';
import { featureOfHalves } from './choose-precision.ts';
import type { ComputeBackend, WebgpuAttempt } from './compute-backend.ts';
import { deviceComputesRightly } from './check-device.ts';
import { useHostBackend } from './host-backend.ts';
import { forgetDevice, useDevice } from './reference-backend.ts';

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
 * Opens the device that trains from here on, after a small computation came out right. TensorFlow.js computes on it from
 * `loadReference` on.
 *
 * TensorFlow.js's own way in crashes without an adapter, asks for a malformed list of features and for the default limits,
 * and listens to neither a lost device nor its errors: device and backend are made here.
 */
export async function useWebgpuDevice(gpu: GPU): Promise<WebgpuAttempt> {
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' }).catch(() => null);
  if (adapter === null) return { ok: false, problem: 'no-adapter' };
  const device = await requestDevice(adapter);
  if (device === null) return { ok: false, problem: 'no-device' };
  const backend = createBackend(adapter, device);
  try {
    if (await deviceComputesRightly(device)) {
      await useHostBackend();
      useDevice(device, async () => {
        const { registerReference } = await import('./backend-webgpu.ts');
        await registerReference(device, adapter.info);
      });
      return { ok: true, backend };
    }
  } catch {
    // Shaders that do not compile and reads that fail are a wrong result too.
  }
  backend.close();
  return { ok: false, problem: 'wrong-result' };
}

async function requestDevice(adapter: GPUAdapter): Promise<GPUDevice | null> {
  const requiredFeatures: GPUFeatureName[] = adapter.features.has(featureOfHalves) ? [featureOfHalves] : [];
  const requiredLimits = Object.fromEntries(wantedLimits.map((name) => [name, adapter.limits[name]]));
  return adapter.requestDevice({ requiredLimits, requiredFeatures }).catch(() => null);
}

function createBackend(adapter: GPUAdapter, device: GPUDevice): ComputeBackend {
  let isClosed = false;
  const backend: ComputeBackend = {
    environment: describe(adapter.info),
    onFailure: () => undefined,
    close: () => {
      isClosed = true;
      forgetDevice(device);
      if (tf.engine().registryFactory['webgpu']) tf.removeBackend('webgpu');
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

function describe(info: GPUAdapterInfo): Environment {
  const [adapter, software] = [adapterName(info), isSoftwareAdapter(info)];
  return { backend: 'webgpu', adapter, software, versions: { 'tfjs-core': tf.version_core } };
}
