import * as tf from '@tensorflow/tfjs-core';
import { columnSum } from './operations.ts';

/** What batch normalization made of a batch. */
export interface NormalizedBatch {
  readonly output: tf.Tensor;
  /** Of each channel over all samples and positions, [channels]. Kept: the caller disposes them. */
  readonly mean: tf.Tensor;
  /** Divided by the number of values, as the batch was normalized by it. */
  readonly variance: tf.Tensor;
}

/**
 * Batch normalization with the statistics of the batch (Ioffe and Szegedy 2015, arXiv:1502.03167): y = γ·x̂ + β with
 * x̂ = (x − mean) / √(variance + ε) per channel, the last axis. Differentiable in x, γ and β, through the statistics:
 * dx = γ / √(variance + ε) · (dy − mean(dy) − x̂ · mean(dy · x̂)).
 */
export function normalizeBatch(x: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor, epsilon: number): NormalizedBatch {
  const count = x.size / x.shape.at(-1)!;
  let statistics: { readonly mean: tf.Tensor; readonly variance: tf.Tensor } | undefined;
  const output = tf.customGrad((...args) => {
    const [input, gamma, beta, save] = args as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const mean = tf.div(columnSum(input), count);
    const centered = tf.sub(input, mean);
    const variance = tf.div(columnSum(tf.square(centered)), count);
    const inverse = tf.rsqrt(tf.add(variance, epsilon));
    const normalized = tf.mul(centered, inverse);
    statistics = { mean: tf.keep(mean), variance: tf.keep(variance) };
    save([normalized, tf.mul(gamma, inverse)]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const [unit, factor] = saved as [tf.Tensor, tf.Tensor];
      const ofShift = columnSum(dy);
      const ofScale = columnSum(tf.mul(dy, unit));
      const common = tf.add(tf.mul(unit, tf.div(ofScale, count)), tf.div(ofShift, count));
      return [tf.mul(tf.sub(dy, common), factor), ofScale, ofShift];
    };
    return { value: tf.add(tf.mul(normalized, gamma), beta), gradFunc };
  })(x, scale, shift);
  return { output, ...statistics! };
}

/** Batch normalization with known statistics, as inference does it: γ · (x − mean) / √(variance + ε) + β. */
export function normalizeByStatistics(
  x: tf.Tensor,
  norm: {
    readonly scale: tf.Tensor;
    readonly shift: tf.Tensor;
    readonly mean: tf.Tensor;
    readonly variance: tf.Tensor;
    readonly epsilon: number;
  },
): tf.Tensor {
  const factor = tf.mul(norm.scale, tf.rsqrt(tf.add(norm.variance, norm.epsilon)));
  return tf.add(tf.mul(x, factor), tf.sub(norm.shift, tf.mul(norm.mean, factor)));
}
