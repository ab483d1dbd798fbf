import { z } from 'zod';
import type { NamedTensor } from '../protocol/training-event.ts';

/** What a run ended with. */
export interface RunWeights {
  readonly runId: string;
  /** When the run was started, in milliseconds: the oldest make room first. */
  readonly startedAt: number;
  readonly parameters: readonly NamedTensor[];
}

/** Which weights are kept: those of so many runs, the newest, in at most so many bytes. */
export interface WeightsBudget {
  readonly runs: number;
  readonly bytes: number;
}

export const weightsBudget: WeightsBudget = { runs: 50, bytes: 200_000_000 };

/** Kept weights without their values. */
export interface KeptWeights {
  readonly runId: string;
  readonly sizeBytes: number;
}

const recordVersion = 1;

/** Weights as storage holds them: numbers as they lie in memory. */
export function weightsRecordOf({ runId, startedAt, parameters }: RunWeights): Readonly<Record<string, unknown>> {
  return { id: runId, version: recordVersion, startedAt, sizeBytes: weightsSizeBytes(parameters), parameters };
}

/** The tensors of a record; null if it cannot be read. */
export function readWeightsRecord(record: unknown): readonly NamedTensor[] | null {
  return recordSchema.safeParse(record).data?.parameters ?? null;
}

export function weightsSizeBytes(parameters: readonly NamedTensor[]): number {
  return parameters.reduce((sum, { values }) => sum + values.byteLength, 0);
}

/**
 * Whose weights go, the oldest first, so that the rest is within the budget. The newest stay even if they alone exceed it.
 *
 * @param kept The oldest first.
 */
export function weightsOverBudget(kept: readonly KeptWeights[], budget: WeightsBudget): readonly string[] {
  let bytes = 0;
  const newestFirst = kept.toReversed();
  const firstOver = newestFirst.findIndex(({ sizeBytes }, index) => {
    bytes += sizeBytes;
    return index > 0 && (index >= budget.runs || bytes > budget.bytes);
  });
  return firstOver < 0
    ? []
    : newestFirst
        .slice(firstOver)
        .map(({ runId }) => runId)
        .toReversed();
}

const tensorSchema = z
  .strictObject({ name: z.string(), shape: z.array(z.int().min(0)), values: z.instanceof(Float32Array) })
  .refine(({ shape, values }) => shape.reduce((size, length) => size * length, 1) === values.length);

const recordSchema = z.looseObject({
  version: z.literal(recordVersion),
  parameters: z.array(tensorSchema),
});
