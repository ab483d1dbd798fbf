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

/** Colours that a reader may give a run: the first eight of the layers. */
export const runColors = ['blue', 'orange', 'cyan', 'pink', 'yellow', 'violet', 'green', 'rust'] as const;
export type RunColor = (typeof runColors)[number];

/** What the reader says about a run. */
export interface RunLabel {
  /** Empty: the run is called by its recipe, or by its model and dataset. */
  readonly name: string;
  readonly color: RunColor | null;
  readonly tags: readonly string[];
  readonly note: string;
}

export const noLabel: RunLabel = { name: '', color: null, tags: [], note: '' };

/** The run that taught another; it may have been deleted since. */
export interface TaughtBy {
  readonly runId: string;
  readonly number: number;
}

/** Where a run went on from: another run, which may have been deleted since, after so many of its epochs. */
export interface ForkedFrom {
  readonly runId: string;
  readonly number: number;
  readonly epoch: number;
}

/** How far something is that has to be there before the first step. */
export interface PreparedPart {
  readonly what: 'device' | 'data' | 'shaders' | 'teacher';
  /** Bytes of data, or pieces of the rest. */
  readonly done: number;
  readonly total: number;
}

/** One training, from the press of Train to its result. Grown by `reduceRun`, described by its reader. */
export interface Run {
  readonly id: string;
  /** Counts from 1 on this device. */
  readonly number: number;
  readonly label: RunLabel;
  readonly config: RunConfig;
  /** The finished run that the page sent as its teacher; null if none was asked for. */
  readonly taughtBy: TaughtBy | null;
  /** Its first epochs are those of this run; absent: it began with first weights. */
  readonly forkedFrom?: ForkedFrom;
  readonly startedAt: number;
  readonly status: RunStatus;
  /** What is under way before the first step, some of it at once; null when nothing is. */
  readonly preparing: readonly PreparedPart[] | null;
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
