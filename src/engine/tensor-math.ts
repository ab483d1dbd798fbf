import * as tf from '@tensorflow/tfjs-core';
import type { TensorMath } from '../methods/tensor-math.ts';
import { clipBetween, relu } from './operations.ts';

type Operand = tf.Tensor | number;

/**
 * The differentiable operations of `methods` on TensorFlow.js, for whichever backend is current. Float32 throughout; the
 * caller tidies. Gradients that differ from TensorFlow.js's own (straight-through rounding, borders that count as inside,
 * shared extremes, √0) are written here with `customGrad`.
 */
export function createTensorMath(): TensorMath<tf.Tensor> {
  return {
    scalar: (value) => tf.scalar(value),
    shape: (a) => a.shape,
    reshape: (a, shape) => tf.reshape(a, [...shape]),
    add: (a, b) => tf.add(a, b),
    sub: (a, b) => tf.sub(a, b),
    mul: (a, b) => tf.mul(a, b),
    div: (a, b) => tf.div(a, b),
    neg: (a) => tf.neg(a),
    abs,
    square: (a) => tf.square(a),
    sqrt: safeSqrt,
    tanh: (a) => tf.tanh(a),
    relu,
    signWithoutZero: (a) => tf.sub(tf.mul(toFloat(tf.greaterEqual(detach(a), 0)), 2), 1),
    sum: (a, axes, keepDims = false) => tf.sum(a, mutable(axes), keepDims),
    mean: (a, axes, keepDims = false) => tf.mean(a, mutable(axes), keepDims),
    min: (a, axes, keepDims = false) => extreme(a, mutable(axes), keepDims, tf.min),
    max: (a, axes, keepDims = false) => extreme(a, mutable(axes), keepDims, tf.max),
    minimum: (a, b) => tf.minimum(a, b),
    maximum: (a, b) => tf.maximum(a, b),
    clip,
    round: (a) => tf.round(detach(a)),
    roundSte,
    straightThrough,
    stopGradient: detach,
    greater: (a, b) => compare(a, b, tf.greater),
    greaterEqual: (a, b) => compare(a, b, tf.greaterEqual),
    where: (condition, a, b) => tf.where(tf.cast(condition, 'bool'), a, b),
    clipLearned,
  };
}

function mutable(axes: readonly number[] | undefined): number[] | undefined {
  return axes === undefined ? undefined : [...axes];
}

function toFloat(a: tf.Tensor): tf.Tensor {
  return tf.cast(a, 'float32');
}

type Comparison = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

function compare(a: tf.Tensor, b: Operand, operation: Comparison): tf.Tensor {
  return toFloat(operation(detach(a), typeof b === 'number' ? tf.scalar(b) : detach(b)));
}

/**
 * The same values as another tensor, which the tape of gradients knows nothing of: what is computed from it costs nothing on
 * the way back. TensorFlow.js has no such operation; a tensor that no kernel made is on no tape.
 */
function detach(a: tf.Tensor): tf.Tensor {
  tf.backend().incRef(a.dataId);
  return tf.engine().makeTensorFromTensorInfo({ dataId: a.dataId, shape: a.shape, dtype: a.dtype });
}

function roundSte(a: tf.Tensor): tf.Tensor {
  return tf.customGrad((...args) => ({ value: tf.round(args[0] as tf.Tensor), gradFunc: (dy) => dy }))(a);
}

function straightThrough(a: tf.Tensor, quantized: tf.Tensor): tf.Tensor {
  const values = detach(quantized);
  return tf.customGrad(() => ({ value: tf.clone(values), gradFunc: (dy) => dy }))(a);
}

/** d|a|/da is the sign of a and 0 where a = 0, as in PyTorch; TensorFlow.js has -1 there, which would move pruned weights. */
function abs(a: tf.Tensor): tf.Tensor {
  return tf.customGrad((...args) => {
    const [input, save] = args as [tf.Tensor, tf.GradSaveFunc];
    save([input]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor => {
      const values = saved[0]!;
      return tf.mul(dy, tf.sub(toFloat(tf.greater(values, 0)), toFloat(tf.less(values, 0))));
    };
    return { value: tf.abs(input), gradFunc };
  })(a);
}

/** d√a/da = 1/(2√a), and 0 where a = 0, so that the norm of a group of zeros stays at rest. */
function safeSqrt(a: tf.Tensor): tf.Tensor {
  return tf.customGrad((...args) => {
    const [input, save] = args as [tf.Tensor, tf.GradSaveFunc];
    const root = tf.sqrt(input);
    save([root]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor => {
      const value = saved[0]!;
      const isZero = tf.equal(value, 0);
      return tf.mul(dy, tf.where(isZero, tf.zerosLike(value), tf.div(0.5, tf.add(value, toFloat(isZero)))));
    };
    return { value: root, gradFunc };
  })(a);
}

type Reduction = (a: tf.Tensor, axes?: number[], keepDims?: boolean) => tf.Tensor;

/** The gradient is shared equally by all elements that attain the extreme (PyTorch's rule for full reductions). */
function extreme(a: tf.Tensor, axes: number[] | undefined, keepDims: boolean, reduce: Reduction): tf.Tensor {
  return tf.customGrad((...args) => {
    const [input, save] = args as [tf.Tensor, tf.GradSaveFunc];
    const kept = reduce(input, axes, true);
    save([input, kept]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor => {
      const [values, extremes] = saved as [tf.Tensor, tf.Tensor];
      // The product makes real floats: a cast alone leaves integers in the WebGPU buffer, which its transpose cannot read.
      const attains = tf.mul(toFloat(tf.equal(values, extremes)), 1);
      const share = tf.div(tf.reshape(dy, extremes.shape), tf.sum(attains, axes, true));
      return tf.mul(attains, share);
    };
    return { value: keepDims ? tf.clone(kept) : tf.reshape(kept, reducedShape(input.shape, axes)), gradFunc };
  })(a);
}

function reducedShape(shape: readonly number[], axes: readonly number[] | undefined): number[] {
  if (axes === undefined) return [];
  return shape.filter((_, axis) => !axes.includes(axis));
}

function clip(a: tf.Tensor, low: Operand, high: Operand): tf.Tensor {
  const [lower, upper] = [low, high].map((bound) => (typeof bound === 'number' ? tf.scalar(bound) : detach(bound)));
  return clipBetween(a, lower!, upper!);
}

function clipLearned(a: tf.Tensor, alpha: tf.Tensor): tf.Tensor {
  return tf.customGrad((...args) => {
    const [input, limit, save] = args as [tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    save([input, limit]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const [values, bound] = saved as [tf.Tensor, tf.Tensor];
      const above = toFloat(tf.greaterEqual(values, bound));
      const inside = tf.mul(toFloat(tf.greater(values, 0)), tf.sub(1, above));
      return [tf.mul(dy, inside), tf.reshape(tf.sum(tf.mul(dy, above)), bound.shape)];
    };
    return { value: tf.minimum(tf.relu(input), limit), gradFunc };
  })(a, alpha);
}
