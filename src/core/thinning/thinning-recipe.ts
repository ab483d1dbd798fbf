/** What is removed: filters that are zero, with all that reads them; or zero input channels, with all that makes them. */
export type RemovalFunction = 'remove_filters' | 'remove_channels';

/** Indices that stay along one axis of a tensor in project layout, ascending. */
export interface AxisSelection {
  readonly axis: number;
  readonly keep: readonly number[];
}

/** The lengths of a layer that thinning changes. */
export interface LayerLengths {
  readonly inChannels?: number;
  readonly outChannels?: number;
  readonly inFeatures?: number;
  readonly outFeatures?: number;
  readonly features?: number;
  /** Of a depthwise layer. */
  readonly channels?: number;
}

/** Channels that go from one space. */
export interface RemovedChannels {
  /** Layers that made them. */
  readonly producers: readonly string[];
  /** Layers that read them; depthwise ones hand them on. */
  readonly consumers: readonly string[];
  readonly indices: readonly number[];
  /** How many channels there were. */
  readonly of: number;
}

/** How a network shrinks, as data: it can be stored with a checkpoint and applied again. */
export interface ThinningRecipe {
  readonly removal: RemovalFunction;
  readonly removed: readonly RemovedChannels[];
  /** By name of a parameter, or of a running statistic of a batch normalization. */
  readonly tensors: Readonly<Record<string, readonly AxisSelection[]>>;
  readonly layers: Readonly<Record<string, LayerLengths>>;
}

/** Zero structures that stay, and why. */
export interface KeptChannels {
  readonly layer: string;
  readonly indices: readonly number[];
  readonly reason: string;
}

/** Why a network cannot be thinned. Nothing was changed. */
export interface ThinningRefusal {
  /** `all-zero`: a tensor has nothing left. `unequal`: layers that share channels have other zero ones each. */
  readonly code: 'all-zero' | 'unequal';
  /** Parameters that the refusal is about. */
  readonly parameters: readonly string[];
  readonly message: string;
}

/** The recipe may be empty: nothing is zero, or nothing that can go. */
export type ThinningPlan =
  | { readonly ok: true; readonly recipe: ThinningRecipe; readonly kept: readonly KeptChannels[] }
  | { readonly ok: false; readonly refusal: ThinningRefusal };

/** True if there is nothing to remove. */
export const isEmptyRecipe = (recipe: ThinningRecipe): boolean => recipe.removed.length === 0;
