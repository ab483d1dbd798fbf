import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu/dist/backend_webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { registerOwnKernels } from './kernels/register-own-kernels.ts';
import { registerGradients } from './register-gradients.ts';
import { registerWebgpuKernels } from './register-webgpu-kernels.ts';

let hasKernels = false;

/** Kernels outlive a lost device, and registering them again would put TensorFlow.js's own over this project's. */
function registerKernelsOnce(): void {
  if (hasKernels) return;
  hasKernels = true;
  registerWebgpuKernels();
  registerOwnKernels();
  registerGradients();
}

/** Makes TensorFlow.js compute on a device, with its own kernels and those of this project. */
export async function registerReference(device: GPUDevice, info: GPUAdapterInfo): Promise<void> {
  registerKernelsOnce();
  // Small tensors would be computed on the processor otherwise: other numbers, and uploads in every step.
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  tf.registerBackend('webgpu', () => new WebGPUBackend(device, info));
  await tf.setBackend('webgpu');
}
