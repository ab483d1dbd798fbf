import type * as tf from '@tensorflow/tfjs-core';
import type { NetworkValues } from '../../core/network-reference.ts';
import type { Network } from '../../core/network.ts';
import type { Normalization, SampleSet } from '../batches.ts';

/** What stands for modules that a quantizer replaced, e.g. clipped activations; `ActiveQuantization` is one. */
export interface ReplacedModules {
  /** Output of a replaced module, or null to run the layer as it is. */
  forward(module: string, input: tf.Tensor, training: boolean): tf.Tensor | null;
  /** What becomes of the output of a module that runs as it is. Absent: nothing. */
  behind?(module: string, output: tf.Tensor, training: boolean): tf.Tensor;
}

/** A trained network as plain data. Analyses work on copies of it: the model of the run stays as it is. */
export interface TrainedModel {
  readonly network: Network;
  /** The values that inference uses, masked and fake quantized; running statistics too. Project layout. */
  readonly values: NetworkValues;
  /** Null if no quantizer acts. */
  readonly replaced: ReplacedModules | null;
}

/** What an analysis looks at: a model, and samples that it was not trained on. */
export interface AnalysisSource {
  readonly model: TrainedModel;
  /** What the model was before structures were removed in training; absent: it is the same. */
  readonly built?: Network;
  readonly samples: SampleSet;
  readonly normalization: Normalization;
  /** Samples that go through the network at a time, at most. */
  readonly batchSize: number;
}

/** How an analysis is watched and ended. */
export interface AnalysisWatch {
  /** Called after every piece of work; `total` counts all of them. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Counts pieces of work that are done. */
export function countPieces(total: number, { onProgress }: AnalysisWatch): () => void {
  let done = 0;
  return () => {
    done += 1;
    onProgress?.(done, total);
  };
}
