import * as tf from '@tensorflow/tfjs-core';
import type { ArrayTensor } from '../../core/network-reference-convolution.ts';
import { evaluateNetwork, type NetworkValues } from '../../core/network-reference.ts';
import type { Network } from '../../core/network.ts';
import { DeviceNetwork } from '../../engine/analysis/device-network.ts';
import type { VectorCase, VectorTensor } from './vector-file.ts';

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

/** How far recorded numbers may lie apart. */
type Tolerance = Pick<VectorCase, 'atol' | 'rtol'>;

/** Output of a network on the device. @throws Error if the reference on plain arrays disagrees. */
export async function inferOnDevice(
  { network, values }: { readonly network: Network; readonly values: NetworkValues },
  input: ArrayTensor,
  tolerance: Tolerance,
): Promise<ArrayTensor> {
  const device = new DeviceNetwork({ network, values, replaced: null });
  const inputs = upload(input.shape, input.values);
  const logits = await device.predict(inputs);
  inputs.dispose();
  device.dispose();
  const reference = evaluateNetwork(network, input, values);
  expectAgreement(logits, reference.values, tolerance);
  return { shape: reference.shape, values: logits };
}

/** Both ways of computing one thing must agree, so that the recorded numbers hold both of them. */
export function expectAgreement(device: Float32Array, reference: Float32Array, { atol, rtol }: Tolerance): void {
  for (const [at, value] of device.entries()) {
    const expected = reference[at] ?? NaN;
    if (Math.abs(value - expected) <= 2 * (atol + rtol * Math.abs(expected))) continue;
    throw new Error(`the device gives ${value} where the reference gives ${expected}`);
  }
}
