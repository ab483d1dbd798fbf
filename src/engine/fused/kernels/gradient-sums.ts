import type { Bound } from '../shader.ts';

/**
 * Where a layer leaves the gradients of its kernel and bias: [pieces, kernel | bias], each piece of the batch by itself. Whoever
 * moves the weights adds the pieces up, always in the same order. All layers share the buffer.
 */
export interface GradientSums extends SumLayout {
  readonly bound: Bound;
}

export interface SumLayout {
  /** Vectors before these sums in the buffer. */
  readonly offset: number;
  readonly pieces: number;
  /** Vectors of the kernel, after which the bias comes, and of both. */
  readonly kernelLength: number;
  readonly length: number;
}
