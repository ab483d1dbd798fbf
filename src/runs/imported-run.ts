import { z } from 'zod';
import { maximumTextLength } from '../protocol/run-config.ts';
import { fromBase64Url, toBase64Url } from './base64url.ts';
import { type Run, runColors } from './run.ts';
import { readRunRecord, runRecordOf } from './run-record.ts';

/*
 * A run of a file may come from anybody. What storage holds is read loosely, because this page wrote it; here every
 * field that is shown or computed with is checked, and whatever is not known is left out.
 */

const name = z.string().max(200);
const sentence = z.string().max(4000);
const share = z.number().min(0).max(1);
const count = z.int().min(0).max(1e9);
const id = z.string().regex(/^[\w-]{1,64}$/);

const parameterSpec = z.object({
  name,
  layer: name,
  layerKind: name,
  role: name,
  shape: z.array(count).max(8),
  size: count,
  fanIn: z.number(),
  initialDeviation: z.number().optional(),
});

const structures = z.object({
  filters: share.optional(),
  channels: share.optional(),
  kernels: share.optional(),
  rows: share.optional(),
  columns: share.optional(),
});

const parameterMetrics = z.object({
  size: count,
  nonZero: count,
  sparsity: share,
  structures,
  maskSparsity: share.optional(),
  maskChange: z.object({ went: count, came: count }).optional(),
  quantization: z.object({ scale: z.number(), zeroPoint: z.number(), channels: count }).optional(),
  bits: z.number().min(1).max(64),
});

const exits = z
  .array(z.object({ name, share, top1: share.nullable() }))
  .max(100)
  .optional();

const precision = z.enum(['f32', 'f16']).optional();

const epochMetrics = z.object({
  epoch: count,
  learningRate: z.number(),
  durationMs: z.number().min(0),
  train: z.object({
    loss: z.number(),
    parts: z.array(z.object({ name, value: z.number() })).max(100),
    top1: share,
  }),
  precision,
  validation: z.object({ loss: z.number(), top1: share, exits }),
  parameters: z.record(name, parameterMetrics),
  activations: z.record(name, z.object({ bits: z.number(), scalars: z.record(name, z.number()).optional() })),
  sparsity: share,
  events: z
    .array(
      z.object({
        kind: z.enum(['pruner', 'regularizer', 'quantizer', 'lr_scheduler', 'extension']),
        policy: count,
        instanceName: name,
        what: name,
        epoch: count,
        message: sentence,
      }),
    )
    .max(1000),
});

const snapshot = z.object({
  parameter: name,
  histogram: z.object({ range: z.number(), counts: z.array(z.number().min(0)).max(1000), pruned: count }),
  picture: z
    .object({ rows: count, columns: count, cells: z.string().max(40_000) })
    .transform(({ cells, ...size }, context) => {
      const bytes = fromBase64Url(cells);
      if (bytes?.length === size.rows * size.columns) return { ...size, cells: Int8Array.from(bytes) };
      context.addIssue('The picture has another size than it says.');
      return z.NEVER;
    }),
});

const environment = z.object({
  backend: z.enum(['webgpu', 'webgl', 'cpu']),
  adapter: name,
  software: z.boolean(),
  webgpuProblem: z.enum(['no-api', 'no-adapter', 'no-device', 'wrong-result']).optional(),
  precision,
  precisionProblem: z.enum(['no-webgpu', 'no-halves']).optional(),
  versions: z.record(name, name),
});

const result = z.object({
  top1: share,
  loss: z.number(),
  testSize: count,
  exits,
  sparsity: share,
  prunedSparsity: share.nullable(),
  durationMs: z.number().min(0),
});

const importedRun = z.object({
  id,
  number: z.int().min(1).max(1e6),
  label: z.object({
    name,
    color: z.enum(runColors).nullable(),
    tags: z.array(name).max(100),
    note: sentence,
  }),
  config: z.object({ version: z.literal(1), text: z.string().max(maximumTextLength) }),
  taughtBy: z.object({ runId: id, number: count }).nullable(),
  forkedFrom: z.object({ runId: id, number: count, epoch: count }).optional(),
  startedAt: z.number().min(0).max(8.64e15),
  status: z.enum(['finished', 'stopped', 'failed']),
  environment: environment.nullable(),
  model: name,
  dataset: name,
  seed: z.number(),
  epochCount: count,
  stepsPerEpoch: count,
  parameters: z.array(parameterSpec).max(10_000),
  position: z.object({ epoch: count, step: count, phase: z.enum(['training', 'validating', 'testing']) }),
  msPerStep: z.number().nullable(),
  epochs: z.array(epochMetrics).max(10_000),
  samples: z
    .array(z.object({ epoch: count, step: count, loss: z.number().nullable().transform(orNaN), top1: z.number() }))
    .max(10_000),
  snapshots: z.record(name, snapshot),
  result: result.nullable(),
  failure: z
    .object({
      kind: z.enum(['invalid-schedule', 'device-lost', 'data-unavailable', 'diverged', 'out-of-memory', 'internal']),
      message: sentence,
      epoch: count.optional(),
      step: count.optional(),
      dataset: name.optional(),
    })
    .nullable(),
});

/** JSON has no word for what is not a number, and writes null. */
function orNaN(value: number | null): number {
  return value ?? Number.NaN;
}

/** A run as a file holds it: plain JSON, pictures as text. */
export function exportedRun(run: Run): Readonly<Record<string, unknown>> {
  const snapshots = Object.entries(run.snapshots).map(([key, { picture, ...rest }]) => {
    const cells = toBase64Url(new Uint8Array(picture.cells));
    return [key, { ...rest, picture: { ...picture, cells } }] as const;
  });
  return { ...run, preparing: null, snapshots: Object.fromEntries(snapshots) };
}

export type ReadRun = { readonly ok: true; readonly run: Run } | { readonly ok: false; readonly problem: string };

/** The run that a file holds, or the first thing that is wrong with it. */
export function readExportedRun(value: unknown): ReadRun {
  const parsed = importedRun.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { ok: false, problem: `${issue?.path.join('.') ?? 'It'}: ${issue?.message ?? 'cannot be read'}` };
  }
  // Checked field by field above; the record's own check keeps both in step.
  const run = readRunRecord(runRecordOf({ ...parsed.data, preparing: null } as unknown as Run));
  return run === null ? { ok: false, problem: 'It is no run of this version.' } : { ok: true, run };
}
