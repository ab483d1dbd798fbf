import type { SystemName } from './variants.ts';

/** A worker for each system that can be measured; a system of the table that is missing here is left out of it. */
export const systemWorkers: Partial<Record<SystemName, () => Worker>> = {
  ours: () => new Worker(new URL('./ours-worker.ts', import.meta.url), { type: 'module' }),
  'ours-reference': () => new Worker(new URL('./reference-worker.ts', import.meta.url), { type: 'module' }),
  'tfjs-fit': () => new Worker(new URL('./tfjs-fit-worker.ts', import.meta.url), { type: 'module' }),
  'jax-js-webgpu': startJax,
  'jax-js-wasm': startJax,
};

function startJax(): Worker {
  return new Worker(new URL('./jax-worker.ts', import.meta.url), { type: 'module' });
}
