import * as tf from '@tensorflow/tfjs-core';
import { hasKernel } from './in-place.ts';

/** Name under which a backend may register its own kernel; others use the composition below. */
export const softmaxCrossEntropyKernel = 'SoftmaxCrossEntropy';
export const reluGradientKernel = 'ReluGradient';
export const clipKernel = 'Clip';
export const clipGradientKernel = 'ClipGradient';
export const columnSumKernel = 'ColumnSum';

export interface SoftmaxLoss {
  /** Mean cross-entropy over the batch, differentiable in the logits. */
  readonly loss: tf.Scalar;
  /**
   * [batch, 2]: loss of each sample, and 1 where its largest logit is that of its label; of equal ones the first class counts
   * as the largest. Kept: the caller disposes it.
   */
  readonly perSample: tf.Tensor2D;
}

/**
 * Softmax cross-entropy with its gradient, and whether each sample was classified rightly, in one go.
 *
 * @param logits [batch, classes]
 * @param labels [batch], int32, each below the number of classes.
 */
export function softmaxCrossEntropy(logits: tf.Tensor, labels: tf.Tensor): SoftmaxLoss {
  let perSample: tf.Tensor | undefined;
  const loss = tf.customGrad((...args) => {
    const [input, save] = args as [tf.Tensor, tf.GradSaveFunc];
    const [mean, gradient, rows] = computeSoftmaxLoss(input, labels);
    perSample = tf.keep(rows);
    save([gradient]);
    return { value: mean, gradFunc: (dy, saved) => tf.mul(saved[0]!, dy) };
  })(logits);
  return { loss: loss as tf.Scalar, perSample: perSample as tf.Tensor2D };
}

/** Mean loss [], its gradient [batch, classes], and [batch, 2] as above. */
function computeSoftmaxLoss(logits: tf.Tensor, labels: tf.Tensor): [tf.Tensor, tf.Tensor, tf.Tensor] {
  if (hasKernel(softmaxCrossEntropyKernel)) {
    return tf.engine().runKernel<[tf.Tensor, tf.Tensor, tf.Tensor]>(softmaxCrossEntropyKernel, { logits, labels });
  }
  const [batch, classes] = logits.shape as [number, number];
  const classIndices = tf.tensor1d(Int32Array.from({ length: classes }, (_, index) => index));
  const shifted = tf.sub(logits, tf.max(logits, 1, true));
  const exponentials = tf.exp(shifted);
  const total = tf.sum(exponentials, 1, true);
  const column = tf.reshape(labels, [batch, 1]);
  const isLabel = tf.cast(tf.equal(column, classIndices), 'float32');
  const ofLabel = tf.sum(tf.mul(shifted, isLabel), 1);
  const losses = tf.sub(tf.log(tf.reshape(total, [batch])), ofLabel);
  // A network that says the same of all classes is not right about every one of them.
  const isTop = tf.cast(tf.greaterEqual(shifted, 0), 'float32');
  const upToLabel = tf.cast(tf.greaterEqual(column, classIndices), 'float32');
  const isFirstTop = tf.cast(tf.equal(tf.sum(tf.mul(isTop, upToLabel), 1), 1), 'float32');
  const isRight = tf.mul(tf.cast(tf.greaterEqual(ofLabel, 0), 'float32'), isFirstTop);
  const gradient = tf.div(tf.sub(tf.div(exponentials, total), isLabel), batch);
  return [tf.mean(losses), gradient, tf.stack([losses, isRight], 1)];
}

/** x + bias along the last axis. The gradient of the bias is a sum over all other axes, done without transposing. */
export function addBias(x: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  return tf.customGrad((...args) => {
    const [input, offset] = args as [tf.Tensor, tf.Tensor];
    return { value: tf.add(input, offset), gradFunc: (dy) => [dy, columnSum(dy)] };
  })(x, bias);
}

/** Sums over all axes but the last. Not differentiable. */
export function columnSum(values: tf.Tensor): tf.Tensor {
  if (hasKernel(columnSumKernel)) {
    return tf.engine().runKernel(columnSumKernel, { x: values });
  }
  const columns = values.shape.at(-1)!;
  return tf.sum(tf.reshape(values, [-1, columns]), 0);
}

/** max(x, 0); its gradient is one kernel where the backend has it, instead of TensorFlow.js's three. */
export function relu(x: tf.Tensor): tf.Tensor {
  if (!hasKernel(reluGradientKernel)) return tf.relu(x);
  return tf.customGrad((...args) => {
    const [input, save] = args as [tf.Tensor, tf.GradSaveFunc];
    const output = tf.relu(input);
    save([output]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor =>
      tf.engine().runKernel(reluGradientKernel, { dy, y: saved[0]! });
    return { value: output, gradFunc };
  })(x);
}

/** min(max(x, lower), upper); the gradient passes inside, borders included. The bounds carry none. */
export function clipBetween(x: tf.Tensor, lower: tf.Tensor, upper: tf.Tensor): tf.Tensor {
  const isOwn = hasKernel(clipKernel);
  return tf.customGrad((...args) => {
    const [input, save] = args as [tf.Tensor, tf.GradSaveFunc];
    save([input, lower, upper]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor => {
      const [values, least, most] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
      if (isOwn) return tf.engine().runKernel(clipGradientKernel, { dy, x: values, lower: least, upper: most });
      const aboveLower = tf.cast(tf.greaterEqual(values, least), 'float32');
      const belowUpper = tf.cast(tf.lessEqual(values, most), 'float32');
      return tf.mul(dy, tf.mul(aboveLower, belowUpper));
    };
    const value = isOwn
      ? tf.engine().runKernel<tf.Tensor>(clipKernel, { x: input, lower, upper })
      : tf.minimum(tf.maximum(input, lower), upper);
    return { value, gradFunc };
  })(x);
}
