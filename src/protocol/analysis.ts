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
  /** How much accuracy each layer costs when it alone has few bits and everything else is float. */
  | {
      readonly kind: 'bit-widths';
      readonly targets: BitTargets;
      /** Falling whole numbers from 1. */
      readonly bits: readonly number[];
      /** One range for each output channel of a kernel instead of one in all. */
      readonly perChannel: boolean;
      /** Samples that the ranges of activations are measured on. */
      readonly calibrationSamples: number;
      readonly samples: number;
    }
  /** Removes zero structures for good, and measures both models. */
  | {
      readonly kind: 'thinning';
      readonly function: 'remove_filters' | 'remove_channels' | 'contract_model';
      readonly samples: number;
    }
  /** Milliseconds of one inference of batches of these sizes: dense, with zeros, without zero structures. */
  | { readonly kind: 'inference-time'; readonly batchSizes: readonly number[] }
  /** Sparsity of every structure, MACs and volumes (reference 11.1, 11.2). */
  | { readonly kind: 'summary' }
  /** Sparsity and per-channel statistics of every activation (reference 11.4). */
  | { readonly kind: 'activations'; readonly samples: number };

export type BitTargets = 'weights' | 'activations' | 'both';

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
      readonly kind: 'bit-widths';
      readonly float: Achievement;
      readonly results: readonly BitWidthCurve[];
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
  | {
      readonly kind: 'inference-time';
      readonly times: readonly InferenceTime[];
      /** As of `thinning`; empty where no structure can go, and then nothing is measured without it. */
      readonly removed: readonly string[];
    }
  | { readonly kind: 'summary'; readonly rows: readonly SummaryRow[]; readonly totalMacs: number }
  | { readonly kind: 'activations'; readonly rows: readonly ActivationRow[] };

/** Top-1 and top-5 as fractions. */
export interface Achievement {
  readonly top1: number;
  readonly top5: number;
  readonly loss: number;
}

/** What a model achieves while one module alone is quantized. */
export interface BitWidthCurve {
  /** A convolution or dense layer for weights, a ReLU for activations. */
  readonly module: string;
  readonly target: 'weights' | 'activations';
  /** Weights of the module; 0 for activations. */
  readonly size: number;
  /** Pairs of scale and zero point of its weights; 0 for activations. */
  readonly scales: number;
  readonly points: readonly (Achievement & { readonly bits: number })[];
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

export interface InferenceTime {
  /** As built and without zeros; with the zeros of the trained weights; without structures that are entirely zero. */
  readonly form: 'dense' | 'masked' | 'thinned';
  readonly batchSize: number;
  readonly medianMs: number;
  /** A quarter of the runs took less. */
  readonly lowMs: number;
  /** A quarter of the runs took more. */
  readonly highMs: number;
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
