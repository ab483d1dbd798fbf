import type { SystemName, Variant } from '../../bench/variants.ts';

/** Milliseconds. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** One system on one model and variant. Null where it was not measured; `reason` says why. */
export interface BenchResult {
  readonly model: string;
  readonly system: SystemName;
  readonly variant: Variant;
  readonly msPerStep: Spread | null;
  /** Per step. */
  readonly dispatches: number | null;
  /** Compiled until the end of the measurement. */
  readonly pipelines: number | null;
  /** Per step. */
  readonly submits: number | null;
  /** Per step. */
  readonly readBacks: number | null;
  readonly jsMsPerStep: number | null;
  /** From the moment that the device was ready. */
  readonly firstStepMs: number | null;
  readonly peakGpuBytes: number | null;
  /** Largest relative difference of a loss from the reference's; null if there was none to compare with. */
  readonly lossDifference: number | null;
  readonly reason?: string;
}

/** What a growth curve grows along. */
export interface GrowthPoint {
  readonly along: 'batch-size' | 'width' | 'depth';
  readonly value: number;
  readonly model: string;
  readonly system: SystemName;
  readonly msPerStep: Spread | null;
}

export interface LeakReport {
  readonly model: string;
  readonly system: SystemName;
  readonly points: readonly {
    readonly steps: number;
    readonly gpuBytes: number;
    /** Resident memory of the browser's page and GPU processes; null where it cannot be read. */
    readonly residentBytes: number | null;
  }[];
  /** Why it ended early. */
  readonly reason?: string;
}

export interface BenchEnvironment {
  readonly adapter: string;
  readonly software: boolean;
  readonly browser: string;
  readonly platform: string;
  readonly cores: number;
  /** Processes that wanted a core in the minute before the measurement; 0 where the system does not tell. */
  readonly load: number;
  readonly date: string;
  readonly versions: Readonly<Record<string, string>>;
}

/** The file that `--json` writes. */
export interface BenchRecord {
  readonly environment: BenchEnvironment;
  readonly results: readonly BenchResult[];
  /** What the product's worker loads to train on WebGPU by recorded steps; null where there is no page. */
  readonly workerGzipBytes: number | null;
  /** What it loads besides for steps that have no recorded form: the kernels of TensorFlow.js. */
  readonly workerReferenceGzipBytes: number | null;
  readonly growth: readonly GrowthPoint[];
  readonly leak: readonly LeakReport[];
}

/** @throws RangeError without values. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number): number => {
    const value = sorted[index];
    if (value === undefined) throw new RangeError('There is no median of nothing');
    return value;
  };
  const upper = Math.floor(sorted.length / 2);
  const lower = Math.floor((sorted.length - 1) / 2);
  return { median: (at(lower) + at(upper)) / 2, min: at(0), max: at(sorted.length - 1) };
}

/** A row for what was not measured. */
export function missingResult(
  { model, system, variant }: Pick<BenchResult, 'model' | 'system' | 'variant'>,
  reason: string,
): BenchResult {
  return {
    ...{ model, system, variant },
    ...{ msPerStep: null, dispatches: null, pipelines: null, submits: null, readBacks: null },
    ...{ jsMsPerStep: null, firstStepMs: null, peakGpuBytes: null, lossDifference: null, reason },
  };
}

/**
 * Largest |a − b| / |b| over the steps that both have.
 *
 * @throws RangeError if a loss is not finite or there is none.
 */
export function lossDifference(losses: readonly number[], reference: readonly number[]): number {
  const differences = losses.slice(0, reference.length).map((loss, step) => {
    const expected = reference[step] ?? NaN;
    if (!Number.isFinite(loss)) throw new RangeError(`The loss of step ${step + 1} is ${loss}`);
    return Math.abs(loss - expected) / Math.abs(expected);
  });
  if (differences.length === 0) throw new RangeError('There are no losses to compare');
  return Math.max(...differences);
}
