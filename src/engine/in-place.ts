import * as tf from '@tensorflow/tfjs-core';

/** Name under which a backend may register its own kernel; others use the composition below. */
export const maskUpdateKernel = 'MaskUpdate';

/** Whether the current backend has a kernel of that name. */
export function hasKernel(name: string): boolean {
  // The types promise a kernel for every name; there is none for most.
  return Boolean(tf.getKernel(name, tf.getBackend()) as tf.KernelConfig | undefined);
}

/** Runs a kernel that writes into its inputs, if the backend has it. */
export function runInPlace(name: string, inputs: tf.NamedTensorMap, attributes: object): boolean {
  if (!hasKernel(name)) return false;
  const { kernelFunc } = tf.getKernel(name, tf.getBackend());
  kernelFunc({ inputs, backend: tf.backend(), attrs: attributes as tf.NamedAttrMap });
  return true;
}

/** weights ← weights · mask, in place where the backend can. */
export function multiplyInPlace(weights: tf.Variable, mask: tf.Tensor): void {
  if (runInPlace(maskUpdateKernel, { weights, mask }, {})) return;
  const product = tf.mul(weights, mask);
  weights.assign(product);
  product.dispose();
}
