import * as tf from '@tensorflow/tfjs-core';
import type { ActivationQuantizer } from '../../../methods/quantizer.ts';
import { createTensorMath } from '../../tensor-math.ts';

export type Scalars = Readonly<Record<string, number>>;

export interface ActivationComputed {
  readonly output: readonly number[];
  readonly gradient: readonly number[];
  readonly learned: Scalars;
  readonly state: Scalars;
}

export interface ActivationGiven {
  readonly x: Float32Array;
  readonly dy: Float32Array;
  readonly state: Scalars;
  readonly learned: Scalars;
}

/** What TensorFlow.js computes for one activation, with d loss / d output = dy. */
export function activationReference(
  quantizer: ActivationQuantizer,
  training: boolean,
  given: ActivationGiven,
): ActivationComputed {
  const math = createTensorMath();
  const compute = (): ActivationComputed => {
    const state = Object.fromEntries(Object.entries(given.state).map(([name, value]) => [name, tf.scalar(value)]));
    const names = Object.keys(given.learned);
    let next: Scalars = {};
    let output: readonly number[] = [];
    const loss = (x: tf.Tensor, ...scalars: tf.Tensor[]): tf.Tensor => {
      const learned = Object.fromEntries(names.map((name, at) => [name, scalars[at]!]));
      const result = quantizer.forward<tf.Tensor>(math, x, { training, state, learned });
      next = Object.fromEntries(
        Object.entries((training && result.state) || {}).map(([name, value]) => [name, value.dataSync()[0]!]),
      );
      output = [...result.output.dataSync()];
      return tf.sum(tf.mul(result.output, given.dy));
    };
    const inputs = [tf.tensor1d(given.x), ...names.map((name) => tf.scalar(given.learned[name]!))];
    const [gradient, ...others] = tf.grads(loss)(inputs);
    const learned = Object.fromEntries(names.map((name, at) => [name, others[at]!.dataSync()[0]!]));
    return { output, gradient: [...gradient!.dataSync()], learned, state: next };
  };
  tf.engine().startScope();
  const computed = compute();
  tf.engine().endScope();
  return computed;
}
