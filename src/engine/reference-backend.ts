/** The WebGPU device of this worker, and how TensorFlow.js is made to compute on it. */
interface OpenDevice {
  readonly device: GPUDevice;
  readonly load: () => Promise<void>;
  loading: Promise<void> | null;
}

let current: OpenDevice | null = null;

/**
 * Notes the device that is used from here on.
 *
 * @param load Makes TensorFlow.js compute on it; called once, when that is first wanted.
 */
export function useDevice(device: GPUDevice, load: () => Promise<void>): void {
  current = { device, load, loading: null };
}

/** The device is used no longer. */
export function forgetDevice(device: GPUDevice): void {
  if (current?.device === device) current = null;
}

/** The device that is used; null on other backends. */
export function webgpuDevice(): GPUDevice | null {
  return current?.device ?? null;
}

/**
 * Makes TensorFlow.js ready to compute, which recorded steps do without: until then its tensors are mere numbers on the host.
 * To be awaited before anything but holding, reading and replacing tensors. Does nothing where it is ready.
 */
export async function loadReference(): Promise<void> {
  if (current === null) return;
  current.loading ??= current.load();
  await current.loading;
}
