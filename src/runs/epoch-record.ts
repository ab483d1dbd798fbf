import { z } from 'zod';
import type { Checkpoint, EpochSnapshot } from '../protocol/epoch-memory.ts';
import { type EpochMemory, memoryBytes } from './epoch-memory.ts';

const recordVersion = 1;

/** The epochs of a run as storage holds them: numbers as they lie in memory. */
export function epochRecordOf(
  run: { readonly id: string; readonly startedAt: number },
  memory: EpochMemory,
): Readonly<Record<string, unknown>> {
  const { id, startedAt } = run;
  return { id, version: recordVersion, startedAt, sizeBytes: memoryBytes(memory), memory };
}

/** The epochs of a record; null if it cannot be read. */
export function readEpochRecord(record: unknown): EpochMemory | null {
  return recordSchema.safeParse(record).data?.memory ?? null;
}

const count = z.int().min(0);
const share = z.number().min(0).max(1);
const floats = z.instanceof(Float32Array);
const bytes = z.instanceof(Uint8Array);
const sizeOf = (shape: readonly number[]): number => shape.reduce((size, length) => size * length, 1);

const tensorSchema = z
  .strictObject({ name: z.string(), shape: z.array(count), values: floats })
  .refine(({ shape, values }) => values.length === sizeOf(shape));

const keptTensorSchema = z
  .strictObject({
    name: z.string(),
    shape: z.array(count),
    halves: z.instanceof(Uint16Array),
    mask: bytes.exactOptional(),
    quantized: z.strictObject({ levels: floats, codes: bytes }).exactOptional(),
  })
  .refine(({ shape, halves, mask, quantized }) => {
    const size = sizeOf(shape);
    const fits = (length: number | undefined, wanted: number): boolean => length === undefined || length === wanted;
    return halves.length === size && fits(mask?.length, Math.ceil(size / 8)) && fits(quantized?.codes.length, size);
  });

const answersSchema = z
  .strictObject({ classCount: count, labels: bytes, answers: bytes, confidences: bytes })
  .refine(({ labels, answers, confidences }) => [answers, confidences].every(({ length }) => length === labels.length))
  .refine(({ classCount, labels, answers }) => [labels, answers].every((own) => own.every((one) => one < classCount)));

const snapshotSchema: z.ZodType<EpochSnapshot> = z.strictObject({
  epoch: count,
  tensors: z.array(keptTensorSchema),
  answers: answersSchema.nullable(),
  activationSparsity: z.record(z.string(), share),
  gradientSparsity: z.record(z.string(), share),
});

const checkpointSchema: z.ZodType<Checkpoint> = z
  .strictObject({
    version: z.literal(1),
    epoch: count,
    model: z.string(),
    values: z.array(tensorSchema),
    masks: z.array(tensorSchema),
    optimizer: z.strictObject({
      class: z.string(),
      stepCount: count,
      state: z.array(z.strictObject({ name: z.string(), slots: z.array(floats) })),
    }),
    quantization: z.record(z.string(), z.number()).nullable(),
    evidence: z.strictObject({
      gradients: z.array(z.strictObject({ name: z.string(), values: floats })),
      activations: z.array(z.strictObject({ name: z.string(), apoz: floats, mean: floats })),
    }),
    validations: z.array(z.strictObject({ loss: z.number(), top1: share })),
  })
  .refine(({ epoch, validations }) => validations.length === epoch);

const recordSchema = z.looseObject({
  version: z.literal(recordVersion),
  memory: z.strictObject({ snapshots: z.array(snapshotSchema), checkpoints: z.array(checkpointSchema) }),
});
