import * as tf from '@tensorflow/tfjs-core';
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu/dist/backend_cpu';
import type { Environment } from '../protocol/training-event.ts';
import { loadReference } from './reference-backend.ts';
import { registerCpuKernels } from './register-cpu-kernels.ts';
import { registerGradients } from './register-gradients.ts';

/** Makes plain JavaScript the current backend: the slowest one, which works everywhere. May be called repeatedly. */
export async function useCpuBackend(): Promise<void> {
  if (!tf.engine().registryFactory['cpu']) {
    registerCpuKernels();
    registerGradients();
    tf.registerBackend('cpu', () => {
      const backend = new MathBackendCPU();
      // Otherwise the first use advertises another package on the console.
      (backend as unknown as { firstUse: boolean }).firstUse = false;
      return backend;
    });
  }
  await tf.setBackend('cpu');
  await loadReference();
}

/** What a run says about this backend. */
export function cpuEnvironment(): Environment {
  return { backend: 'cpu', adapter: 'JavaScript', software: true, versions: { 'tfjs-core': tf.version_core } };
}
