import type * as tf from '@tensorflow/tfjs-core';
import type { TensorMath } from '../../methods/tensor-math.ts';
import type { VectorCase } from './vector-file.ts';

/** What a case runs on. TensorFlow.js has made that backend its current one. */
export interface ConformanceContext {
  readonly backend: 'cpu' | 'webgpu';
  readonly math: TensorMath<tf.Tensor>;
}

/** What came of one case. */
export type Verdict =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'unsupported' };

/**
 * Computes what a case recorded, by the keys of its `expected`, in the layouts of the file. A refusal is thrown: RangeError
 * by the product, or `Refusal` with what came before it.
 */
export type Adapter = (
  vectorCase: VectorCase,
  context: ConformanceContext,
) => Readonly<Record<string, unknown>> | Promise<Readonly<Record<string, unknown>>>;

/** The operations of an area. */
export type Adapters = Readonly<Record<string, Adapter>>;

/** A refusal after part of the work was done. */
export class Refusal extends RangeError {
  readonly partial: Readonly<Record<string, unknown>>;

  constructor(message: string, partial: Readonly<Record<string, unknown>>) {
    super(message);
    this.partial = partial;
  }
}
