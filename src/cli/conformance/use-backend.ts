import { existsSync, realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { findChromium } from '../../../scripts/find-chromium.mjs';
import { loadReference } from '../../engine/reference-backend.ts';
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
  if (problem === null) return { backend, math: createTensorMath() };
  return `WebGPU cannot be used (${problem}). It needs a graphics driver with Vulkan, or a Chromium whose SwiftShader serves as one.`;
}

/** Dawn for Node. It must be in place before TensorFlow.js's WebGPU code is loaded, which reads its constants. */
async function useWebgpuInNode(): Promise<string | null> {
  if (process.platform === 'linux') await offerSwiftShader();
  const { create, globals } = await import('webgpu');
  const gpu = create([]);
  Object.assign(globalThis, globals);
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
  const { useWebgpuDevice } = await import('../../engine/webgpu-device.ts');
  const attempt = await useWebgpuDevice(gpu);
  await loadReference();
  return attempt.ok ? null : attempt.problem;
}

/** RTLD_NODELETE of glibc, which Node does not name: the library stays although it is no module. */
const keepLoaded = 0x1000;

/**
 * Where no Vulkan driver is named, names the software one that comes with Chromium, and loads its Vulkan loader, so that
 * Dawn finds that by name. Without a Chromium nothing happens, and Dawn looks for a driver of the system.
 */
async function offerSwiftShader(): Promise<void> {
  if (process.env['VK_ICD_FILENAMES'] !== undefined || process.env['VK_DRIVER_FILES'] !== undefined) return;
  const browser = await findChromium();
  const folders = [...(browser === undefined ? [] : [dirname(realpathSync(browser))]), '/usr/lib/chromium'];
  const folder = folders.find((candidate) => existsSync(join(candidate, 'vk_swiftshader_icd.json')));
  if (folder === undefined) return;
  process.env['VK_ICD_FILENAMES'] = join(folder, 'vk_swiftshader_icd.json');
  try {
    process.dlopen({ exports: {} }, join(folder, 'libvulkan.so.1'), constants.dlopen.RTLD_NOW | keepLoaded);
  } catch {
    // It is no module of Node, which is said only after it was loaded; and a system may have a loader of its own.
  }
}
