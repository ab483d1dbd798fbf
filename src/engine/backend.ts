import type { WebgpuProblem } from '../protocol/training-event.ts';
import type { ComputeBackend, WebgpuAttempt } from './compute-backend.ts';

/**
 * Makes the fastest backend that computes rightly the current one: WebGPU, else WebGL, else plain JavaScript. Each is loaded
 * only when it is tried. Call it where the training runs: what a page can do, its worker may not.
 */
export async function chooseBackend(): Promise<ComputeBackend> {
  const attempt = await tryWebgpu();
  if (attempt.ok) return attempt.backend;
  const webgl = await tryWebgl(attempt.problem);
  return webgl ?? useCpu(attempt.problem);
}

async function tryWebgpu(): Promise<WebgpuAttempt> {
  const hasApi = typeof navigator !== 'undefined' && 'gpu' in navigator;
  if (!hasApi) return { ok: false, problem: 'no-api' };
  const { useWebgpuDevice } = await import('./webgpu-device.ts');
  return useWebgpuDevice(navigator.gpu);
}

async function tryWebgl(webgpuProblem: WebgpuProblem): Promise<ComputeBackend | null> {
  if (typeof OffscreenCanvas === 'undefined') return null;
  const { useWebglBackend } = await import('./backend-webgl.ts');
  return useWebglBackend(webgpuProblem);
}

async function useCpu(webgpuProblem: WebgpuProblem): Promise<ComputeBackend> {
  const { useCpuBackend, cpuEnvironment } = await import('./backend-cpu.ts');
  await useCpuBackend();
  return { environment: { ...cpuEnvironment(), webgpuProblem }, onFailure: () => undefined, close: () => undefined };
}
