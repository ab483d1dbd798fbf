import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';

/** RTLD_NODELETE of glibc, which Node does not name: the library stays although it is no module. */
const keepLoaded = 0x1000;

/**
 * WebGPU for Node, by Dawn, as this program's `navigator.gpu`. Its constants must be in place before code that uses WebGPU is
 * loaded.
 */
export async function openDawn(): Promise<GPU> {
  const driver = process.env['VK_ICD_FILENAMES'] ?? process.env['VK_DRIVER_FILES'];
  if (driver !== undefined && process.platform === 'linux') loadVulkanBeside(driver);
  const { create, globals } = await import('webgpu');
  const gpu = create([]);
  Object.assign(globalThis, globals);
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
  return gpu;
}

/** Loads the Vulkan loader that lies beside a driver, as with Chromium, so that Dawn finds it by name. */
function loadVulkanBeside(driver: string): void {
  const loader = join(dirname(driver), 'libvulkan.so.1');
  if (!existsSync(loader)) return;
  try {
    process.dlopen({ exports: {} }, loader, constants.dlopen.RTLD_NOW | keepLoaded);
  } catch {
    // It is no module of Node, which is said only after it was loaded; and a system may have a loader of its own.
  }
}
