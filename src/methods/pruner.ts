import type { ParameterSpec } from '../core/network.ts';
import type { Random } from '../core/random.ts';
import type { LayerSamples } from '../core/reconstruct-channels.ts';
import type { PolicyWindow } from './policy-window.ts';

/** What a pruner sees of one parameter when it is asked for a mask. */
export interface PruneRequest {
  readonly parameter: ParameterSpec;
  /** Current values in project layout. Not to be changed. */
  readonly weights: Float32Array;
  /** The standing mask (1 keeps, 0 prunes), null if there is none. */
  readonly mask: Float32Array | null;
  readonly epoch: number;
  readonly window: PolicyWindow;
  /** Policy argument `levels`, replacing the pruner's own. */
  readonly levels?: Readonly<Record<string, number>>;
  /** Current values of another parameter of the model, for group dependency. */
  readonly weightsOf: (
    parameter: string,
  ) => { readonly spec: ParameterSpec; readonly weights: Float32Array } | undefined;
  /** Gradient of the last step, null before the first one. Only if the definition needs it. */
  readonly gradient?: Float32Array | null;
  /** Per output channel of the activation that consumes this layer. Only if the definition needs it. */
  readonly activations?: { readonly apoz: Float32Array; readonly mean: Float32Array } | null;
  /** Of this layer as it is, null if there are no samples to send through. Only if the definition needs it. */
  readonly featureMaps?: LayerSamples | null;
  readonly random: Random;
}

/** How much of the feature maps a pruner wants to see. */
export interface FeatureMapSampling {
  /** Output positions of each sample. */
  readonly points: number;
  /** Training samples. */
  readonly samples: number;
}

export interface PrunePromise {
  readonly parameter: ParameterSpec;
  readonly epoch: number;
  readonly window: PolicyWindow;
  readonly levels?: Readonly<Record<string, number>>;
}

export interface Pruner {
  /** Whether this pruner addresses the parameter at all. */
  readonly touches: (parameter: ParameterSpec, levels?: Readonly<Record<string, number>>) => boolean;
  /** The new mask (1 keeps, 0 prunes, same length as the weights), or null to leave the standing one untouched. */
  readonly computeMask: (request: PruneRequest) => Float32Array | null;
  /** Weights that make up for what a new mask takes; they replace those that there are. null leaves these. */
  readonly reconstruct?: (request: PruneRequest, mask: Float32Array) => Float32Array | null;
  /** Where the definition needs feature maps. */
  readonly sampling?: FeatureMapSampling;
  /**
   * Share of zeros that the mask will have after `computeMask` on generic weights (no ties), known without weights.
   * null: it depends on the weights. Used for promised curves.
   */
  readonly promise: (request: PrunePromise) => number | null;
}
