import { createTensorMath } from '../../engine/tensor-math.ts';
import type { ConformanceContext } from './adapter.ts';

/** Makes a backend the current one of TensorFlow.js, in Node. A sentence if it is not to be had. */
export async function useBackend(backend: 'cpu' | 'webgpu'): Promise<ConformanceContext | string> {
  if (backend === 'cpu') {
    const { useCpuBackend } = await import('../../engine/backend-cpu.ts');
    await useCpuBackend();
    return { backend, math: createTensorMath() };
  }
  const problem = await useWebgpuInNode();
  return problem === null ? { backend, math: createTensorMath() } : `WebGPU cannot be used: ${problem}.`;
}

/** Dawn for Node. It must be there before TensorFlow.js's WebGPU code is loaded, which reads its constants. */
async function useWebgpuInNode(): Promise<string | null> {
  const { create, globals } = await import('webgpu');
  Object.assign(globalThis, globals);
  const { useWebgpuBackend } = await import('../../engine/backend-webgpu.ts');
  const attempt = await useWebgpuBackend(create([]));
  return attempt.ok ? null : attempt.problem;
}
