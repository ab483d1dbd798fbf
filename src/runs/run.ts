import type { ParameterSpec } from '../core/network.ts';
import type { RunConfig } from '../protocol/run-config.ts';
import type {
  Environment,
  EpochMetrics,
  LayerSnapshot,
  RunResult,
  StepSample,
  TrainingFailure,
} from '../protocol/training-event.ts';

export type RunStatus = 'preparing' | 'training' | 'paused' | 'testing' | 'finished' | 'stopped' | 'failed';

/** One training, from the press of Train to its result. Grown by `reduceRun` alone. */
export interface Run {
  readonly id: string;
  /** Counts from 1 on this device. */
  readonly number: number;
  readonly config: RunConfig;
  readonly startedAt: number;
  readonly status: RunStatus;
  readonly preparing: {
    readonly what: 'device' | 'data' | 'shaders' | 'teacher';
    readonly done: number;
    readonly total: number;
  } | null;
  readonly environment: Environment | null;
  readonly model: string;
  readonly dataset: string;
  readonly seed: number;
  readonly epochCount: number;
  readonly stepsPerEpoch: number;
  readonly parameters: readonly ParameterSpec[];
  /** Epoch and steps done within it. */
  readonly position: {
    readonly epoch: number;
    readonly step: number;
    readonly phase: 'training' | 'validating' | 'testing';
  };
  readonly msPerStep: number | null;
  readonly epochs: readonly EpochMetrics[];
  /** Within-epoch loss and accuracy; thinned to at most 2 000 samples. */
  readonly samples: readonly StepSample[];
  /** Pictures and histograms of the latest epoch, by parameter. */
  readonly snapshots: Readonly<Record<string, LayerSnapshot>>;
  readonly result: RunResult | null;
  readonly failure: TrainingFailure | null;
}
