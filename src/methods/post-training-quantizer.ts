import type { CalibrationStatistics } from '../core/post-training/calibration.ts';
import type { LayerOverride, PostTrainingArguments } from '../core/post-training/settings.ts';
import type { Network } from '../core/network.ts';

/** Where the ranges of activations come from. */
export type ActivationRanges =
  /** Measured at every batch. */
  | { readonly kind: 'dynamic' }
  /** Statistics collected from the trained model before it is quantized. */
  | { readonly kind: 'calibrate' }
  /** Statistics that the file holds. */
  | { readonly kind: 'given'; readonly statistics: CalibrationStatistics };

/** What quantizes a trained network: everything that `prepareQuantized` needs besides the model and its statistics. */
export interface PostTrainingQuantizer {
  readonly args: PostTrainingArguments;
  /** The changes for each layer of a network by its name; undefined for a layer without any. */
  readonly overridesFor: (network: Network) => (layer: string) => LayerOverride | undefined;
  readonly ranges: ActivationRanges;
}
