import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findChromium } from '../../../scripts/find-chromium.mjs';
import { loadReference } from '../../engine/reference-backend.ts';
import { createTensorMath } from '../../engine/tensor-math.ts';
import { openDawn } from '../dawn.ts';
import type { ConformanceContext } from './adapter.ts';

/** Makes a backend the current one of TensorFlow.js, in Node. A sentence if it is not to be had. */
export async function useBackend(backend: 'cpu' | 'webgpu'): Promise<ConformanceContext | string> {
  if (backend === 'cpu') {
    const { useCpuBackend } = await import('../../engine/backend-cpu.ts');
    await useCpuBackend();
    return { backend, math: createTensorMath() };
  }
  const problem = await useWebgpuInNode();
  if (problem === null) return { backend, math: createTensorMath() };
  return `WebGPU cannot be used (${problem}). It needs a graphics driver with Vulkan, or a Chromium whose SwiftShader serves as one.`;
}

async function useWebgpuInNode(): Promise<string | null> {
  if (process.platform === 'linux') await offerSwiftShader();
  const gpu = await openDawn();
  const { useWebgpuDevice } = await import('../../engine/webgpu-device.ts');
  const attempt = await useWebgpuDevice(gpu);
  await loadReference();
  return attempt.ok ? null : attempt.problem;
}

/**
 * Where no Vulkan driver is named, names the software one that comes with Chromium. Without a Chromium nothing happens, and
 * Dawn looks for a driver of the system.
 */
async function offerSwiftShader(): Promise<void> {
  if (process.env['VK_ICD_FILENAMES'] !== undefined || process.env['VK_DRIVER_FILES'] !== undefined) return;
  const browser = await findChromium();
  const folders = [...(browser === undefined ? [] : [dirname(realpathSync(browser))]), '/usr/lib/chromium'];
  const folder = folders.find((candidate) => existsSync(join(candidate, 'vk_swiftshader_icd.json')));
  if (folder !== undefined) process.env['VK_ICD_FILENAMES'] = join(folder, 'vk_swiftshader_icd.json');
}
