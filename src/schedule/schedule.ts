import type { Network, ParameterSpec } from '../core/network.ts';
import type { MethodDefinition, MethodKind } from '../methods/define-method.ts';
import type { PolicyWindow } from '../methods/policy-window.ts';
import type { PostTrainingQuantizer } from '../methods/post-training-quantizer.ts';
import type { SourceRange } from './diagnostics.ts';
import type { SweepSettings } from './sweep.ts';

/** What the values between the kernels of a training step are kept in: floats of 32 bits, or halves. */
export type Precision = 'f32' | 'f16';

/** The playground's own `training:` block with every default filled in. */
export interface TrainingSettings {
  readonly model: string;
  readonly dataset: string;
  readonly trainSize: number;
  readonly validationSize: number;
  /** Training samples that a teacher sees, where that is more than `trainSize`. */
  readonly teacherSize?: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly optimizer: OptimizerSettings;
  readonly precision: Precision;
  readonly seed: number;
}

export type OptimizerSettings =
  | {
      readonly class: 'SGD';
      readonly lr: number;
      readonly momentum: number;
      readonly weightDecay: number;
      readonly nesterov: boolean;
    }
  | {
      readonly class: 'Adam';
      readonly lr: number;
      readonly betas: readonly [number, number];
      readonly eps: number;
      readonly weightDecay: number;
    };

/** An instance of a section: `<name>: {class: ..., <args>}`. */
export interface Component {
  readonly kind: MethodKind;
  readonly name: string;
  readonly definition: MethodDefinition;
  /** Validated and defaulted, `module.` prefixes removed from parameter names. */
  readonly args: Readonly<Record<string, unknown>>;
  readonly range: SourceRange;
}

/** Arguments of a pruning policy (reference 3.2), keys as in the YAML, all defaulted. */
export interface PruningPolicyArgs {
  readonly levels?: Readonly<Record<string, number>>;
  readonly keep_mask: boolean;
  readonly mini_batch_pruning_frequency: number;
  readonly mask_on_forward_only: boolean;
  readonly mask_gradients: boolean;
  readonly use_double_copies: boolean;
  readonly discard_masks_at_minibatch_end: boolean;
  readonly skip_first_minibatch: boolean;
  readonly fold_batchnorm: boolean;
}

export interface RegularizationPolicyArgs {
  readonly keep_mask: boolean;
}

interface PolicyBase {
  /** Position in the file's `policies` list. */
  readonly index: number;
  readonly component: Component;
  /** Active epochs, as listed or computed; ascending for a window, in file order for a list. May exceed the run. */
  readonly epochs: readonly number[];
  readonly window: PolicyWindow;
  readonly range: SourceRange;
}

export type Policy =
  | (PolicyBase & { readonly kind: 'pruner'; readonly args: PruningPolicyArgs })
  | (PolicyBase & { readonly kind: 'regularizer'; readonly args: RegularizationPolicyArgs })
  | (PolicyBase & { readonly kind: 'quantizer' })
  | (PolicyBase & { readonly kind: 'lr_scheduler' })
  | (PolicyBase & { readonly kind: 'extension' });

/** What quantizes the trained network when the run is over, and where it stands. */
export interface PostTrainingSettings extends PostTrainingQuantizer {
  readonly name: string;
  readonly range: SourceRange;
}

/** A schedule that can be trained. Policies are in file order. */
export interface Schedule {
  readonly training: TrainingSettings;
  readonly network: Network;
  readonly components: readonly Component[];
  /**
   * Parameters that the file names and no model here has, when it is written for another model (`foreign-model`): they
   * serve the timeline and the promised curves only. Their shapes are unknown and stand as [1, 1, 100, 100].
   */
  readonly foreignParameters: readonly ParameterSpec[];
  readonly policies: readonly Policy[];
  /** The quantizer that no policy uses because it acts on the trained network; null without one. */
  readonly postTraining: PostTrainingSettings | null;
  /** Networks of models that are named as teachers, built for the dataset of this schedule, by model name. */
  readonly teachers: Readonly<Record<string, Network>>;
  /**
   * True if no learning-rate policy is written and no `training` block either: the rate falls to a tenth in the last
   * quarter of the epochs.
   */
  readonly defaultLearningRateDrop: boolean;
  /** What the text wants to be trained with in turn; absent without a `sweep`. */
  readonly sweep?: SweepSettings;
}
