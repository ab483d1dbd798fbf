import type { GpuCounts } from './gpu-watch.ts';
import type { SystemName, TaskName } from './variants.ts';

/** What the page asks a system's worker, one request at a time. */
export type BenchRequest =
  | { readonly type: 'prepare'; readonly system: SystemName; readonly task: TaskName }
  | { readonly type: 'step'; readonly count: number }
  | { readonly type: 'losses' };

/** What came of some steps. */
export interface StepsReport {
  readonly ms: number;
  readonly scriptMs: number;
  /** In these steps; of pipelines all so far. */
  readonly counts: GpuCounts;
  readonly liveBytes: number;
  readonly peakBytes: number;
  /** From the moment that the device (or without one: the program) was ready to the end of these steps. */
  readonly sinceReadyMs: number;
  /** What went wrong on the device: then the time means nothing. */
  readonly errors: readonly string[];
}

export type BenchAnswer =
  | { readonly type: 'prepared' }
  | { readonly type: 'refused'; readonly reason: string }
  | { readonly type: 'stepped'; readonly report: StepsReport }
  | { readonly type: 'losses'; readonly losses: readonly number[] }
  | { readonly type: 'failed'; readonly message: string };
