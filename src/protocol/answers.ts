import type { ScheduleData } from '../schedule/schedule-data.ts';
import type { Checkpoint } from './epoch-memory.ts';
import type { NamedTensor } from './named-tensor.ts';

/** A network as an epoch, or the end of a run, left it. */
export interface AskedModel {
  readonly schedule: ScheduleData;
  /** Epochs that are behind it: quantizers of policies that began earlier act. 0 for values that are quantized already. */
  readonly epoch: number;
  /** Parameters and running statistics. */
  readonly values: readonly NamedTensor[];
  /** Learned and tracked scalars of the quantizer; null while nothing is quantized. */
  readonly quantization: Checkpoint['quantization'];
}

/** Whose test samples are meant; points depend on the seed. */
export interface AskedData {
  readonly dataset: string;
  readonly seed: number;
  /** Where the data shards lie, absolute, ending in a slash. */
  readonly dataUrl: string;
}

/** The test set of a dataset, as it is before normalization. */
export interface TestSamples {
  /** [count, ...inputShape]; bytes are pixels, 0 to 255. */
  readonly inputs: Uint8Array | Float32Array;
  readonly labels: Uint8Array;
  readonly count: number;
}

/** What the page asks of the worker that lets trained networks answer. Each `id` is answered. */
export type AnswersMessage =
  /** From now on this network answers to that name. */
  | { readonly type: 'open-model'; readonly model: string; readonly asked: AskedModel }
  | { readonly type: 'close-model'; readonly model: string }
  /** Answered by `samples`. */
  | { readonly type: 'load-samples'; readonly id: number; readonly data: AskedData }
  /** Answered by `answers`. */
  | {
      readonly type: 'answer';
      readonly id: number;
      readonly model: string;
      /** [count, ...inputShape], before normalization; bytes are pixels. */
      readonly inputs: Uint8Array | Float32Array;
    }
  /** Answered by many `answers`, in order, until `isLast`. Other questions are answered in between. */
  | {
      readonly type: 'answer-samples';
      readonly id: number;
      readonly model: string;
      readonly data: AskedData;
      /** The first so many test samples. */
      readonly count: number;
    }
  /** Ends `answer-samples`; nothing more is said about it. */
  | { readonly type: 'cancel'; readonly id: number };

export type AnswersEvent =
  | { readonly type: 'samples'; readonly id: number; readonly samples: TestSamples }
  | {
      readonly type: 'answers';
      readonly id: number;
      /** Index of the first input that is answered here. */
      readonly first: number;
      readonly classCount: number;
      /** [count, classCount], each row sums to 1. */
      readonly probabilities: Float32Array;
      readonly isLast: boolean;
    }
  /** Why there is no answer, as a sentence. */
  | { readonly type: 'unanswered'; readonly id: number; readonly message: string };
