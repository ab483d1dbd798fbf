import type { Network } from '../core/network.ts';

/** The models and datasets that a `training:` block may name. The zoo implements it; tests may give their own. */
export interface Zoo {
  readonly models: readonly ZooModel[];
  readonly datasets: readonly ZooDataset[];
}

export interface ZooModel {
  readonly name: string;
  readonly summary: string;
  /** [height, width, channels] or [features]. */
  readonly inputShape: readonly number[];
  readonly build: (classCount: number) => Network;
}

export interface ZooDataset {
  readonly name: string;
  readonly summary: string;
  readonly inputShape: readonly number[];
  readonly classCount: number;
  /** Samples that can be loaded. */
  readonly trainSize: number;
  readonly testSize: number;
}
