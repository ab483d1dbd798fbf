import type { MethodKind } from '../methods/define-method.ts';
import type { SourceRange } from './diagnostics.ts';
import type { PolicyTiming } from './policy-timing.ts';

/** What a schedule promises before any training: pure, from the text and the model alone. */
export interface Preflight {
  readonly epochs: number;
  /** One lane a policy, in file order. */
  readonly lanes: readonly PolicyLane[];
  /**
   * Promised share of zeros of each prunable kernel after each epoch (index 0 is the end of epoch 0); null where it
   * depends on the weights.
   */
  readonly sparsity: Readonly<Record<string, readonly (number | null)[]>>;
  /** Promised share of zeros over all kernels (no biases). */
  readonly totalSparsity: readonly (number | null)[];
  /** Bits in force during each epoch, per layer with a kernel (weights) and per activation module; 32 means float. */
  readonly weightBits: Readonly<Record<string, readonly number[]>>;
  readonly activationBits: Readonly<Record<string, readonly number[]>>;
  /** Rate that stands while each epoch trains; null after a metric-driven scheduler takes over. */
  readonly learningRate: readonly (number | null)[];
}

export interface PolicyLane {
  readonly policy: number;
  readonly kind: MethodKind;
  readonly instanceName: string;
  readonly className: string;
  /** Active epochs within the run. */
  readonly epochs: readonly number[];
  readonly startingEpoch: number;
  /** Exclusive, clipped to the run. */
  readonly endingEpoch: number;
  /** As written in the file, also beyond the run. */
  readonly timing: PolicyTiming;
  /** Parameters (pruner, regularizer) or modules (quantizer) it acts on; empty for a learning-rate policy. */
  readonly touches: readonly string[];
  /** Number of single weights in `touches`. */
  readonly weightCount: number;
  /** A short fact for the bar: "5 → 90 %", "8 and 4 bits", "× 0.9 an epoch". */
  readonly fact: string;
  /** Value over the active epochs, scaled to 0..1 of the lane's height; same length as `epochs`. */
  readonly curve: readonly number[];
  readonly range: SourceRange;
}
