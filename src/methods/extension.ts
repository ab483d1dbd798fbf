import type { RemovalFunction } from '../core/thinning/thinning-recipe.ts';

/** What a policy of the kind `extension` does, as data that the engine acts on. */

/**
 * Cuts zero structures out of the network, with optimizer state and masks: at the first minibatch of each active epoch,
 * once per epoch, after the policies before it in the file have applied their masks (reference 10.6).
 */
export interface ThinningExtension {
  readonly type: 'thinning';
  /** What is removed, one after the other. */
  readonly removals: readonly RemovalFunction[];
}

/** Who teaches: a model of the zoo that is trained first, or a finished run that the person chooses. */
export type Teacher =
  | {
      readonly kind: 'model';
      readonly model: string;
      readonly epochs: number;
      /** The first so many training samples; as many as the student has without it. */
      readonly size?: number;
    }
  | { readonly kind: 'run' };

/**
 * While active: overall = studentWeight · loss + distillWeight · T² · KL(teacher ‖ student), both softened by T, where the
 * loss is what all other policies made of it, wherever this one stands in the file (reference 9.1). The teacher is evaluated
 * in inference mode. The reported part `Distill Loss` is without weight and T².
 */
export interface DistillationExtension {
  readonly type: 'distillation';
  readonly teacher: Teacher;
  readonly temperature: number;
  readonly distillWeight: number;
  readonly studentWeight: number;
}

/** By what an early exit decides: the largest probability of its answer, or the entropy of it in nats. */
export type ExitRule = 'confidence' | 'entropy';

/**
 * While active, the loss is Σ lossWeights[i] · cross-entropy of exit i over all outputs, the final one last (reference 9.2).
 * In evaluation a sample takes the first exit that it leaves at, else the last.
 */
export interface EarlyExitExtension {
  readonly type: 'early-exit';
  /** One for each output of the network, the final one last; they add up to 1. */
  readonly lossWeights: readonly number[];
  /** One for each early exit. */
  readonly thresholds: readonly number[];
  readonly rule: ExitRule;
  /** Whether a sample with these softmax probabilities at that early exit needs no further layer. */
  readonly leaves: (exit: number, probabilities: ArrayLike<number>) => boolean;
}

export type Extension = ThinningExtension | DistillationExtension | EarlyExitExtension;
