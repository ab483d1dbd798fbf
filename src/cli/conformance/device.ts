import * as tf from '@tensorflow/tfjs-core';
import type { VectorTensor } from './vector-file.ts';

/** Tensors of a case on the device and back. */

/** A tensor in project layout from its shape and values, as they are. */
export function upload(shape: readonly number[], values: ArrayLike<number>): tf.Tensor {
  return tf.tensor(Float32Array.from(values), [...shape]);
}

/** Values and shape of a device tensor, which is disposed. */
export async function download(tensor: tf.Tensor): Promise<VectorTensor> {
  const data = Array.from(await tensor.data());
  const { shape } = tensor;
  tensor.dispose();
  return { shape, data };
}

/** The only value of a device tensor, which is disposed. */
export async function downloadNumber(tensor: tf.Tensor): Promise<number> {
  const { data } = await download(tensor);
  return data[0] ?? NaN;
}

/** A function's value at a tensor, and the gradient that an output gradient sends back to it. */
export async function valueAndGradient(
  compute: (input: tf.Tensor) => tf.Tensor,
  input: VectorTensor,
  outputGradient: VectorTensor,
): Promise<{ readonly value: VectorTensor; readonly gradient: VectorTensor }> {
  const x = upload(input.shape, input.data);
  const dy = upload(outputGradient.shape, outputGradient.data);
  const value = tf.tidy(() => compute(x));
  // Where the gradient passes unchanged, it is the very tensor of the output gradient.
  const gradient = tf.tidy(() => tf.clone(tf.grad(compute)(x, dy)));
  x.dispose();
  dy.dispose();
  return { value: await download(value), gradient: await download(gradient) };
}
