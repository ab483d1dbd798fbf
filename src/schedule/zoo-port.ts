import type { Network } from '../core/network.ts';

/** The models and datasets that a `training:` block may name. The zoo implements it; tests may give their own. */
export interface Zoo {
  readonly models: readonly ZooModel[];
  readonly datasets: readonly ZooDataset[];
}

/** What a model is built for. A dataset is one. */
export interface ModelInput {
  readonly classCount: number;
  /** Shape of one sample; a model that adapts takes others than its own. Absent: the model's own. */
  readonly inputShape?: readonly number[];
}

export interface ZooModel {
  readonly name: string;
  readonly summary: string;
  /** [height, width, channels] or [features] of the inputs that it was made for. */
  readonly inputShape: readonly number[];
  /** Whether it can be built for samples of a shape. Absent: for its own alone. Ask `acceptsInput`. */
  readonly accepts?: (inputShape: readonly number[]) => boolean;
  /** @throws RangeError if it does not accept the shape. */
  readonly build: (input: ModelInput) => Network;
}

/** Whether a model can be built for samples of that shape. */
export function acceptsInput(model: Pick<ZooModel, 'inputShape' | 'accepts'>, inputShape: readonly number[]): boolean {
  return model.accepts?.(inputShape) ?? model.inputShape.join() === inputShape.join();
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
