/**
 * Differentiable tensor operations that a method may use; `T` is the backend's tensor. The engine implements them
 * with TensorFlow.js, so that one formula serves every backend. Shapes broadcast as in NumPy. Numbers are float32.
 */
export interface TensorMath<T> {
  scalar(value: number): T;
  shape(a: T): readonly number[];
  reshape(a: T, shape: readonly number[]): T;

  add(a: T, b: T | number): T;
  sub(a: T, b: T | number): T;
  mul(a: T, b: T | number): T;
  div(a: T, b: T | number): T;
  neg(a: T): T;
  /** Gradient: the sign, 0 where the input is 0. */
  abs(a: T): T;
  square(a: T): T;
  /** Gradient 0 where the input is 0. */
  sqrt(a: T): T;
  tanh(a: T): T;
  relu(a: T): T;
  /** -1 or +1; the sign of 0 is +1. No gradient. */
  signWithoutZero(a: T): T;

  /** Sums over the given axes, all of them if absent. */
  sum(a: T, axes?: readonly number[], keepDims?: boolean): T;
  mean(a: T, axes?: readonly number[], keepDims?: boolean): T;
  /** The gradient goes to every element that attains the extreme, shared equally as PyTorch does for full reductions. */
  min(a: T, axes?: readonly number[], keepDims?: boolean): T;
  max(a: T, axes?: readonly number[], keepDims?: boolean): T;
  minimum(a: T, b: T | number): T;
  maximum(a: T, b: T | number): T;

  /** Gradient passes inside [low, high], both borders included, else 0. Bounds carry no gradient. */
  clip(a: T, low: T | number, high: T | number): T;
  /** Rounds half to even. No gradient is defined: use `roundSte` inside a loss. */
  round(a: T): T;
  /** Rounds half to even; its gradient is the identity (straight-through estimator). */
  roundSte(a: T): T;
  /** The value of `quantized` with the gradient of `a` (straight-through estimator). */
  straightThrough(a: T, quantized: T): T;
  /** `value` as a constant: no gradient flows through it. */
  stopGradient(a: T): T;

  /** 1 where a > b, else 0. No gradient. */
  greater(a: T, b: T | number): T;
  greaterEqual(a: T, b: T | number): T;
  /** `a` where `condition` is 1, else `b`; gradients go to the chosen side. */
  where(condition: T, a: T, b: T): T;
  /** PACT (Choi 2018, arXiv:1805.06085): min(relu(x), alpha). Gradient to x for 0 < x < alpha, to alpha where x >= alpha. */
  clipLearned(a: T, alpha: T): T;
}
