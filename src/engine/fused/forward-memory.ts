import type { Precision } from '../../schedule/schedule.ts';
import type { GatherTarget } from './kernels/gather.ts';
import type { Placed } from './kernels/tail.ts';
import type { Bound } from './shader.ts';
import type { RangeMemory } from './tracked-ranges.ts';

/** What a forward pass leaves of a block, for others to read. */
export interface BlockMemory {
  readonly output: Bound;
  /** What the affine layer computed, if the block's tail has a kernel of its own. */
  readonly inner: Placed | null;
  /** Where the numbers of its batch normalization begin in `statistics`, in vectors. */
  readonly statistics: number | null;
  /** Where each window had its largest value. */
  readonly codes: Bound | null;
  /** What the gradient of each value of the output is multiplied by on the way back, if its tail leaves that. */
  readonly factors: Bound | null;
}

/** Buffers of the activations of a batch. */
export interface ForwardMemory {
  readonly batch: number;
  /** Of maps and their gradients; images of the input are f32. */
  readonly precision: Precision;
  readonly input: { readonly bound: Bound } & GatherTarget;
  /** [batch] */
  readonly labels: Bound;
  readonly blocks: readonly BlockMemory[];
  /** Of all batch normalizations: see `Norm`. */
  readonly statistics: Bound;
  /** Of quantized activations, if there are any. */
  readonly ranges: RangeMemory | null;
  /** [batch] of vectors, see `LossHead`. */
  readonly measured: Bound;
  readonly logits: Bound;
  /** Of the early exits, in order. */
  readonly exitLogits: readonly Bound[];
}
