import type { Histogram } from '../core/growing-histogram.ts';
import type { StructureSparsity } from './structure-sparsity.ts';

/** What the page may ask about the weights of the latest run, once it is finished, paused or stopped. */
export type AnalysisRequest =
  /** How much accuracy each kernel costs when it alone is pruned, without retraining (reference 11.3). */
  | {
      readonly kind: 'sensitivity';
      readonly group: 'element' | 'filter' | 'channel';
      /** Rising shares in [0, 1]. */
      readonly levels: readonly number[];
      /** The first so many test samples. */
      readonly samples: number;
    }
  /** Quantizes the trained model afterwards, once for each variant, and measures it. */
  | {
      readonly kind: 'post-training';
      readonly variants: readonly PostTrainingVariant[];
      readonly calibrationSamples: number;
      readonly samples: number;
    }
  /** Removes zero structures for good, and measures both models. */
  | {
      readonly kind: 'thinning';
      readonly function: 'remove_filters' | 'remove_channels' | 'contract_model';
      readonly samples: number;
    }
  /** Sparsity of every structure, MACs and volumes (reference 11.1, 11.2). */
  | { readonly kind: 'summary' }
  /** Sparsity and per-channel statistics of every activation (reference 11.4). */
  | { readonly kind: 'activations'; readonly samples: number };

/** The method that variants are variants of. */
export const postTrainingMethod = 'PostTrainLinearQuantizer';

/** Arguments of that method, spelled as in the YAML. The worker gets them complete, see `completeAnalysis`. */
export interface PostTrainingVariant {
  readonly label: string;
  readonly args: Readonly<Record<string, unknown>>;
}

export type AnalysisResult =
  | {
      readonly kind: 'sensitivity';
      readonly unpruned: Achievement;
      readonly results: readonly {
        readonly parameter: string;
        readonly points: readonly (Achievement & { readonly level: number; readonly sparsity: number })[];
      }[];
    }
  | {
      readonly kind: 'post-training';
      readonly float: Achievement;
      readonly variants: readonly {
        readonly label: string;
        readonly achievement: Achievement;
        readonly layers: readonly QuantizedLayerFacts[];
      }[];
      /** Distiller's statistics file, as plain objects; null if every variant is dynamic. */
      readonly statistics: unknown;
    }
  | {
      readonly kind: 'thinning';
      /** "conv2: 14 of 16 filters", a line for each layer that lost something; empty if nothing could be removed. */
      readonly removed: readonly string[];
      /** Why nothing was removed, where that was refused. */
      readonly refusal: string | null;
      readonly before: ModelCost;
      readonly after: ModelCost;
      /** Largest difference of a logit between both models: more than rounding where removed filters had biases. */
      readonly outputDifference?: number;
    }
  | { readonly kind: 'summary'; readonly rows: readonly SummaryRow[]; readonly totalMacs: number }
  | { readonly kind: 'activations'; readonly rows: readonly ActivationRow[] };

/** Top-1 and top-5 as fractions. */
export interface Achievement {
  readonly top1: number;
  readonly top5: number;
  readonly loss: number;
}

export interface QuantizedLayerFacts {
  readonly layer: string;
  readonly bits: { readonly weights: number | null; readonly activations: number | null };
  /** Distiller's scale: integer steps per unit; the first of them if there is one for each channel. */
  readonly scale: number | null;
  readonly zeroPoint: number | null;
}

export interface ModelCost {
  readonly parameters: number;
  readonly macs: number;
  readonly achievement: Achievement;
  /** Milliseconds of one inference of the measured batch size, median. */
  readonly inferenceMs: number;
}

export interface SummaryRow {
  readonly parameter: string;
  readonly shape: readonly number[];
  readonly size: number;
  readonly nonZero: number;
  readonly structures: StructureSparsity;
  readonly mean: number;
  readonly std: number;
  readonly meanMagnitude: number;
  /** Multiply-adds of one input. */
  readonly macs: number;
}

export interface ActivationRow {
  readonly layer: string;
  /** Share of zeros over all samples and positions. */
  readonly sparsity: number;
  readonly apoz: readonly number[];
  readonly mean: readonly number[];
  /** Of all outputs that are not zero; null if all are. */
  readonly histogram: Histogram | null;
}
