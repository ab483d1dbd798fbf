import type { ParameterSpec } from '../core/network.ts';
import type { Precision } from '../schedule/schedule.ts';
import type { AnalysisResult } from './analysis.ts';
import type { Checkpoint, EpochSnapshot } from './epoch-memory.ts';
import type { NamedTensor } from './named-tensor.ts';
import type { StructureSparsity } from './structure-sparsity.ts';

export type { NamedTensor } from './named-tensor.ts';

/** Which device and library computed a run. */
export interface Environment {
  readonly backend: 'webgpu' | 'webgl' | 'cpu';
  /** Words for the device: vendor and architecture of the adapter, or the processor. */
  readonly adapter: string;
  /** True if the WebGPU adapter is software, or there is none. */
  readonly software: boolean;
  /** Why WebGPU is not used, if it is not. */
  readonly webgpuProblem?: WebgpuProblem;
  /** Of runs that ask for `f16`: what the device lets their steps keep values in. */
  readonly precision?: Precision;
  /** Why that is not `f16`, if it is not. */
  readonly precisionProblem?: PrecisionProblem;
  readonly versions: Readonly<Record<string, string>>;
}

/** Only the steps on WebGPU have half precision, and not every adapter has 16-bit floats. */
export type PrecisionProblem = 'no-webgpu' | 'no-halves';

export type WebgpuProblem = 'no-api' | 'no-adapter' | 'no-device' | 'wrong-result';

/** What the world did to a run. Shown with the way out; never thrown across the channel. */
export type TrainingFailure =
  | { readonly kind: 'invalid-schedule'; readonly message: string }
  | { readonly kind: 'device-lost'; readonly message: string; readonly epoch: number }
  | { readonly kind: 'data-unavailable'; readonly message: string; readonly dataset: string }
  | { readonly kind: 'diverged'; readonly message: string; readonly epoch: number; readonly step: number }
  | { readonly kind: 'out-of-memory'; readonly message: string }
  | { readonly kind: 'internal'; readonly message: string };

export interface LossPart {
  /** `L1Regularizer_loss`, `Distill Loss`, ... as Distiller names them. */
  readonly name: string;
  readonly value: number;
}

export interface ParameterMetrics {
  readonly size: number;
  readonly nonZero: number;
  /** Share of zeros, 0 to 1. */
  readonly sparsity: number;
  readonly structures: StructureSparsity;
  /** Share of zeros in its mask: more than of its weights while the mask holds in the forward pass only. Absent without one. */
  readonly maskSparsity?: number;
  /** Weights that the mask took and gave back since the epoch before. Absent without a mask. */
  readonly maskChange?: { readonly went: number; readonly came: number };
  /** 32 means float. */
  readonly bits: number;
  /** Of a quantized kernel: real = (q + zeroPoint) / scale; the first channel's where each has its own. */
  readonly quantization?: { readonly scale: number; readonly zeroPoint: number; readonly channels: number };
}

export interface ActivationMetrics {
  /** 32 means float. */
  readonly bits: number;
  /** Learned and tracked scalars by Distiller's names: `clip_val`, `tracked_min`, `tracked_max`, ... */
  readonly scalars?: Readonly<Record<string, number>>;
}

/** Something the schedule did, for marks on the charts. */
export interface ScheduleEvent {
  readonly kind: 'pruner' | 'regularizer' | 'quantizer' | 'lr_scheduler' | 'extension';
  readonly policy: number;
  readonly instanceName: string;
  readonly what:
    | 'starts'
    | 'ends'
    | 'mask-update'
    | 'quantizes'
    | 'rate-change'
    | 'mask-kept'
    | 'not-pruned'
    | 'thins'
    | 'not-thinned';
  readonly epoch: number;
  readonly message: string;
}

/** Samples that left at one exit of a network. */
export interface ExitMetrics {
  /** `exit0`, ... as Distiller counts them, or `last`. */
  readonly name: string;
  /** Of all samples. */
  readonly share: number;
  /** Share that it was right about; null if nobody left there. */
  readonly top1: number | null;
}

/** Metrics of one epoch, measured at its end. Accuracies and sparsities are fractions. */
export interface EpochMetrics {
  readonly epoch: number;
  readonly learningRate: number;
  readonly durationMs: number;
  readonly train: { readonly loss: number; readonly parts: readonly LossPart[]; readonly top1: number };
  /** Of runs that ask for `f16`: what its steps kept values in; `f32` where they have no recorded form. */
  readonly precision?: Precision;
  readonly validation: {
    readonly loss: number;
    readonly top1: number;
    /** With early exits, the last answer last. */
    readonly exits?: readonly ExitMetrics[];
  };
  readonly parameters: Readonly<Record<string, ParameterMetrics>>;
  readonly activations: Readonly<Record<string, ActivationMetrics>>;
  /** Share of zeros over all kernels (no biases). */
  readonly sparsity: number;
  readonly events: readonly ScheduleEvent[];
}

/** A small picture of one kernel at the end of an epoch. */
export interface LayerSnapshot {
  readonly parameter: string;
  /** Counts over equal bins of [-range, range]; zeros by a mask are counted in `pruned`, not in the bins. */
  readonly histogram: { readonly range: number; readonly counts: readonly number[]; readonly pruned: number };
  /** Cells row by row: value / p99.5 of |w| in -127..127, or -128 for a pruned weight. At most 16 384 cells. */
  readonly picture: { readonly rows: number; readonly columns: number; readonly cells: Int8Array };
}

export interface RunResult {
  /** Measured on the whole test set. */
  readonly top1: number;
  readonly loss: number;
  readonly testSize: number;
  /** With early exits, the last answer last. */
  readonly exits?: readonly ExitMetrics[];
  /** Share of zeros over all kernels (no biases). */
  readonly sparsity: number;
  /** Share of zeros over the kernels that a pruner or a thresholding regularizer addresses; null if none does. */
  readonly prunedSparsity: number | null;
  readonly durationMs: number;
}

export interface StepSample {
  readonly epoch: number;
  readonly step: number;
  readonly loss: number;
  readonly top1: number;
}

/** What the worker says about a run. `runId` is that of the command that started it. */
export type TrainingEvent =
  | { readonly type: 'environment'; readonly environment: Environment }
  | {
      readonly type: 'preparing';
      readonly runId: string;
      readonly what: 'device' | 'data' | 'shaders' | 'teacher';
      /** Bytes of data, or pieces of the rest. */
      readonly done: number;
      readonly total: number;
    }
  | {
      readonly type: 'started';
      readonly runId: string;
      readonly model: string;
      readonly dataset: string;
      readonly seed: number;
      readonly epochs: number;
      readonly stepsPerEpoch: number;
      /** Where a run goes on from a checkpoint; absent: 0. */
      readonly firstEpoch?: number;
      readonly parameters: readonly ParameterSpec[];
      readonly environment: Environment;
    }
  /** Thinning gave parameters other shapes; names stay. */
  | { readonly type: 'network-changed'; readonly runId: string; readonly parameters: readonly ParameterSpec[] }
  | {
      readonly type: 'progress';
      readonly runId: string;
      readonly epoch: number;
      /** Steps of this epoch that are done. */
      readonly step: number;
      readonly phase: 'training' | 'validating' | 'testing';
      readonly msPerStep: number;
      /** Steps since the last progress event whose loss was read; at most ten events a second. */
      readonly samples: readonly StepSample[];
    }
  | {
      readonly type: 'epoch-end';
      readonly runId: string;
      readonly metrics: EpochMetrics;
      readonly snapshots: readonly LayerSnapshot[];
    }
  /** Follows `epoch-end`: what is kept of the epoch, and what training can go on from. */
  | {
      readonly type: 'epoch-kept';
      readonly runId: string;
      readonly snapshot: EpochSnapshot;
      readonly checkpoint: Checkpoint;
    }
  | { readonly type: 'paused'; readonly runId: string; readonly epoch: number; readonly step: number }
  | { readonly type: 'resumed'; readonly runId: string }
  | { readonly type: 'stopped'; readonly runId: string }
  | { readonly type: 'finished'; readonly runId: string; readonly result: RunResult }
  /** Nothing where the run has no weights (any more). */
  | { readonly type: 'weights'; readonly runId: string; readonly parameters: readonly NamedTensor[] }
  | {
      readonly type: 'analysis-progress';
      readonly runId: string;
      readonly analysisId: string;
      readonly done: number;
      readonly total: number;
    }
  | {
      readonly type: 'analysis-end';
      readonly runId: string;
      readonly analysisId: string;
      readonly outcome: AnalysisOutcome;
    }
  | { readonly type: 'failed'; readonly runId: string; readonly failure: TrainingFailure };

export type AnalysisOutcome =
  | { readonly ok: true; readonly result: AnalysisResult }
  /** Cancelled, or why it could not be done, as a sentence with the way out. */
  | { readonly ok: false; readonly cancelled: boolean; readonly message: string };
