import type { Environment, TrainingFailure, WebgpuProblem } from '../protocol/training-event.ts';

/** What the device may do to a run at any time. */
export type DeviceFailure = Extract<TrainingFailure, { kind: 'out-of-memory' | 'internal' }> | DeviceLoss;

export interface DeviceLoss {
  readonly kind: 'device-lost';
  readonly message: string;
}

export interface ComputeBackend {
  readonly environment: Environment;
  /** Called for what happens outside of any call, until the backend is closed. */
  onFailure: (failure: DeviceFailure) => void;
  /** Gives the device back. */
  readonly close: () => void;
}

export type WebgpuAttempt =
  | { readonly ok: true; readonly backend: ComputeBackend }
  | { readonly ok: false; readonly problem: WebgpuProblem };

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
  const { useWebgpuBackend } = await import('./backend-webgpu.ts');
  return useWebgpuBackend(navigator.gpu);
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
