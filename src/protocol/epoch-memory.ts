import type { LevelCodes } from '../core/level-codes.ts';
import type { NamedTensor } from './named-tensor.ts';

/** A parameter, or a running statistic, at the end of an epoch in about two bytes an element. */
export interface KeptTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** The float values as IEEE 754 halves. */
  readonly halves: Uint16Array;
  /** A bit a weight, 1 keeps (`core/packed-mask.ts`); absent without a mask. */
  readonly mask?: Uint8Array;
  /** What fake quantization makes of the values: absent where they stay float, or where more than 256 levels are in use. */
  readonly quantized?: LevelCodes;
}

/** What the network answered to the first validation samples, in their order. */
export interface SampleAnswers {
  readonly classCount: number;
  readonly labels: Uint8Array;
  readonly answers: Uint8Array;
  /** Probability of the answer, 255 is 1. */
  readonly confidences: Uint8Array;
}

/** What is kept of one epoch, to look back at. */
export interface EpochSnapshot {
  readonly epoch: number;
  readonly tensors: readonly KeptTensor[];
  /** Null where validation was too short to look on. */
  readonly answers: SampleAnswers | null;
  /** Share of zeros in the outputs of each ReLU, for the same samples. */
  readonly activationSparsity: Readonly<Record<string, number>>;
  /** Share of zeros in the gradient of the last step, where a pruner wants gradients. */
  readonly gradientSparsity: Readonly<Record<string, number>>;
}

/** Validation of an epoch, as learning-rate schedulers saw it. */
export interface PastValidation {
  readonly loss: number;
  readonly top1: number;
}

/** Everything that training goes on from, in full precision, after so many epochs. */
export interface Checkpoint {
  readonly version: 1;
  /** Epochs that are done: the first one to train. */
  readonly epoch: number;
  readonly model: string;
  /** Parameters and running statistics. */
  readonly values: readonly NamedTensor[];
  readonly masks: readonly NamedTensor[];
  readonly optimizer: {
    readonly class: string;
    readonly stepCount: number;
    /** By parameter, or by `<module>.<scalar>` of a quantizer: velocity, or moving mean and variance. */
    readonly state: readonly { readonly name: string; readonly slots: readonly Float32Array[] }[];
  };
  /** Learned and tracked scalars of the quantizer by `<module>.<name>`; null while nothing is quantized. */
  readonly quantization: Readonly<Record<string, number>> | null;
  /** What pruners may rank by that was seen in the last epoch. */
  readonly evidence: {
    readonly gradients: readonly { readonly name: string; readonly values: Float32Array }[];
    readonly activations: readonly {
      readonly name: string;
      readonly apoz: Float32Array;
      readonly mean: Float32Array;
    }[];
  };
  /** One entry for each epoch that is done. */
  readonly validations: readonly PastValidation[];
}
