import { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl/dist/backend_webgl';
import * as tf from '@tensorflow/tfjs-core';
import type { WebgpuProblem } from '../protocol/training-event.ts';
import type { ComputeBackend } from './compute-backend.ts';
import { computesRightly } from './check-computation.ts';
import { loadReference } from './reference-backend.ts';
import { registerGradients } from './register-gradients.ts';
import { registerWebglKernels } from './register-webgl-kernels.ts';

/** Makes WebGL the current backend; null where it is missing, lacks floats or computes wrongly. */
export async function useWebglBackend(webgpuProblem: WebgpuProblem): Promise<ComputeBackend | null> {
  try {
    if (!tf.engine().registryFactory['webgl']) {
      registerWebglKernels();
      registerGradients();
      tf.registerBackend('webgl', () => new MathBackendWebGL());
    }
    if (!(await tf.setBackend('webgl')) || !(await computesRightly())) return null;
    await loadReference();
  } catch {
    // No context to be had: the caller has a backend that needs none.
    return null;
  }
  return {
    environment: {
      backend: 'webgl',
      adapter: rendererName(),
      software: true,
      webgpuProblem,
      versions: { 'tfjs-core': tf.version_core },
    },
    onFailure: () => undefined,
    close: () => undefined,
  };
}

function rendererName(): string {
  const context = new OffscreenCanvas(1, 1).getContext('webgl2');
  const name: unknown = context?.getParameter(context.RENDERER);
  return typeof name === 'string' && name !== '' ? name : 'WebGL';
}
