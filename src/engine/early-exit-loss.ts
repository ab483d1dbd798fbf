import * as tf from '@tensorflow/tfjs-core';
import { softmaxCrossEntropy } from './operations.ts';

/** As `SoftmaxLoss`, over several outputs. */
export interface EarlyExitLoss {
  readonly loss: tf.Scalar;
  /** [batch, 2] of each output. Kept: the caller disposes them. */
  readonly perSample: readonly tf.Tensor2D[];
}

/** Σ weights[i] · cross-entropy of output i (reference 9.2), differentiable in all logits. */
export function earlyExitLoss(
  outputs: readonly tf.Tensor[],
  labels: tf.Tensor,
  weights: readonly number[],
): EarlyExitLoss {
  const losses = outputs.map((logits) => softmaxCrossEntropy(logits, labels));
  const weighted = losses.map(({ loss }, exit) => tf.mul(loss, weights[exit]!));
  const total = weighted.reduce((sum, loss) => tf.add(sum, loss));
  return { loss: total as tf.Scalar, perSample: losses.map(({ perSample }) => perSample) };
}
