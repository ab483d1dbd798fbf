import * as tf from '@tensorflow/tfjs-core';
import { createTensorMath } from '../../tensor-math.ts';
import type { ParameterCase } from './parameter-cases.ts';

export interface ParameterResult {
  readonly value: Float32Array | null;
  readonly gradient: Float32Array;
  readonly penalty: number | null;
  readonly mask: Float32Array | null;
}

/** What TensorFlow.js computes for a case, on the CPU; null where the method does nothing. */
export function referenceOf({ method, spec, weights, gradient }: ParameterCase): ParameterResult | null {
  const math = createTensorMath();
  const shape = [...spec.shape];
  const flat = (tensor: tf.Tensor): Float32Array => Float32Array.from(tensor.dataSync());
  tf.engine().startScope();
  const w = tf.tensor(weights, shape);
  const g = tf.tensor(gradient, shape);
  let result: ParameterResult | null = null;
  if (method.kind === 'quantizer') {
    const quantize = (x: tf.Tensor): tf.Tensor =>
      method.quantizer.quantizeParameter<tf.Tensor>(math, x, spec, method.bits).values;
    result = { value: flat(quantize(w)), gradient: flat(tf.grad(quantize)(w, g)), penalty: null, mask: null };
  } else if (method.kind === 'penalty') {
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => method.regularizer.penalty<tf.Tensor>(math, x, spec))(w);
    result = { value: null, gradient: flat(grad), penalty: value.dataSync()[0]!, mask: null };
  } else {
    const mask = method.regularizer.thresholdMask<tf.Tensor>(math, w, spec);
    if (mask !== null)
      result = {
        value: flat(tf.mul(w, mask)),
        gradient: flat(tf.mul(g, mask)),
        penalty: null,
        mask: flat(tf.mul(mask, 1)),
      };
  }
  tf.engine().endScope();
  return result;
}
