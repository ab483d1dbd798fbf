import type { BenchTask } from './bench-task.ts';

/** Steps at the beginning whose losses are kept, to be compared between systems. */
export const checkedSteps = 10;

/** One way to train, in a worker of its own. Dispatches, submits and memory are counted from outside, by `GpuWatch`. */
export interface BenchSystem {
  /** Why it cannot do a task; null if it can. */
  refuse(task: BenchTask): string | null;
  /** Makes everything ready for the first step: device, weights, data. It trains nothing. */
  prepare(task: BenchTask): Promise<void>;
  /** Trains the next `count` batches, as many under way at a time as the system likes; resolves when the device is done. */
  step(count: number): Promise<void>;
  /** Mean loss on the labels of each of the first `checkedSteps` steps so far, without penalties. */
  losses(): Promise<Float32Array>;
  /** Time in JavaScript for encoding and submitting since `prepare`; waiting does not count. */
  readonly scriptMs: number;
}

/** The batch of a step, over and over. */
export function batchOfStep({ batches }: BenchTask, step: number): Uint32Array {
  const batch = batches[step % batches.length];
  if (batch === undefined) throw new RangeError('The task has no batches');
  return batch;
}
