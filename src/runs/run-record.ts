import { z } from 'zod';
import { noLabel, type Run, runColors } from './run.ts';

/** Version of a record; each step of `recordMigrations` leads to the next. */
const recordVersion = 2;

type StoredRecord = Readonly<Record<string, unknown>>;

/** Takes a record of version n (by position, from 1) to version n + 1. */
const recordMigrations: readonly ((record: StoredRecord) => StoredRecord)[] = [describable];

/** A run as storage holds it. */
export function runRecordOf(run: Run): StoredRecord {
  return { id: run.id, version: recordVersion, run };
}

/** The run of a record of this or an earlier version; null if it cannot be read. */
export function readRunRecord(record: unknown): Run | null {
  const envelope = envelopeSchema.safeParse(record);
  if (!envelope.success) return null;
  const { run } = recordMigrations
    .slice(envelope.data.version - 1)
    .reduce<StoredRecord>((current, migrate) => migrate(current), envelope.data);
  // The schema holds what readers of a run index into or compute with; the rest is data of this page's own making.
  return runSchema.safeParse(run).success ? (run as Run) : null;
}

/** Runs of version 1 had no words of their reader, and did not say who taught them. */
function describable(record: StoredRecord): StoredRecord {
  const { run } = record;
  if (typeof run !== 'object' || run === null) return record;
  return { ...record, version: 2, run: { ...run, label: noLabel, taughtBy: null } };
}

const envelopeSchema = z.looseObject({ version: z.int().min(1).max(recordVersion), run: z.unknown() });

const accuracySchema = z.looseObject({ loss: z.number(), top1: z.number() });

const epochSchema = z.looseObject({
  epoch: z.int(),
  learningRate: z.number(),
  durationMs: z.number(),
  train: z.looseObject({ loss: z.number(), top1: z.number(), parts: z.array(z.unknown()) }),
  validation: accuracySchema,
  parameters: z.record(z.string(), z.looseObject({ size: z.int(), nonZero: z.int(), sparsity: z.number() })),
  activations: z.record(z.string(), z.looseObject({ bits: z.number() })),
  sparsity: z.number(),
  events: z.array(z.unknown()),
});

const labelSchema = z.strictObject({
  name: z.string(),
  color: z.enum(runColors).nullable(),
  tags: z.array(z.string()),
  note: z.string(),
});

const runSchema = z.looseObject({
  id: z.string(),
  number: z.int(),
  label: labelSchema,
  config: z.strictObject({ version: z.literal(1), text: z.string() }),
  taughtBy: z.strictObject({ runId: z.string(), number: z.int() }).nullable(),
  forkedFrom: z.strictObject({ runId: z.string(), number: z.int(), epoch: z.int() }).optional(),
  startedAt: z.number(),
  status: z.enum(['finished', 'stopped', 'failed']),
  environment: z.looseObject({ backend: z.string() }).nullable(),
  model: z.string(),
  dataset: z.string(),
  seed: z.number(),
  epochCount: z.int(),
  stepsPerEpoch: z.int(),
  parameters: z.array(z.looseObject({ name: z.string() })),
  position: z.looseObject({ epoch: z.int(), step: z.int() }),
  epochs: z.array(epochSchema),
  samples: z.array(z.looseObject({ epoch: z.int(), step: z.int(), loss: z.number() })),
  snapshots: z.record(z.string(), z.unknown()),
  result: accuracySchema.nullable(),
  failure: z.looseObject({ kind: z.string(), message: z.string() }).nullable(),
});
