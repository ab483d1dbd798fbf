import * as tf from '@tensorflow/tfjs-core';

/** Whether the current backend multiplies two small matrices rightly. Costs one shader. */
export async function computesRightly(): Promise<boolean> {
  const size = 8;
  const left = Float32Array.from({ length: size * size }, (_, index) => ((index * 7) % 11) - 5);
  const right = Float32Array.from({ length: size * size }, (_, index) => ((index * 5) % 13) - 6);
  const product = tf.tidy(() => tf.matMul(tf.tensor2d(left, [size, size]), tf.tensor2d(right, [size, size])));
  const computed = await product.data();
  product.dispose();
  return computed.every((value, index) => {
    let expected = 0;
    for (let k = 0; k < size; k++)
      expected += left[Math.floor(index / size) * size + k]! * right[k * size + (index % size)]!;
    return Math.abs(value - expected) < 1e-3;
  });
}
