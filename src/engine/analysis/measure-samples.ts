import * as tf from '@tensorflow/tfjs-core';
import type { Achievement } from '../../protocol/analysis.ts';
import { gatherBatch } from '../batches.ts';
import { yieldToMessages } from '../device-queue.ts';
import type { AnalysisSource } from './trained-model.ts';

/** Samples that stay on the device, because an analysis sends them through many times. Who uploads them disposes them. */
export interface DeviceBatch {
  /** [count, ...inputShape], normalized. */
  readonly inputs: tf.Tensor;
  readonly labels: Int32Array;
  readonly count: number;
}

/** Logits [count, classes] of a batch. */
export type Predict = (inputs: tf.Tensor) => Promise<Float32Array>;

/**
 * The first samples of a source as batches of one size, the last one possibly smaller. No sample is there twice, so that
 * statistics over all of them are right.
 *
 * @param wanted How many; fewer if there are not as many. At least one.
 */
export function uploadSamples(source: AnalysisSource, wanted: number): readonly DeviceBatch[] {
  const { samples, normalization, model } = source;
  const count = sampleCount(source, wanted);
  const { size, batches } = splitSamples(source, wanted);
  return Array.from({ length: batches }, (_, at) => {
    const length = Math.min(size, count - at * size);
    const indices = Array.from({ length }, (_row, row) => at * size + row);
    const { inputs, labels } = gatherBatch(samples, indices, normalization);
    return { inputs: tf.tensor(inputs, [length, ...model.network.inputShape]), labels, count: length };
  });
}

/** Batches that are as large as they may be and nearly alike. */
export function splitSamples(
  source: AnalysisSource,
  wanted: number,
): { readonly size: number; readonly batches: number } {
  const count = sampleCount(source, wanted);
  const size = Math.ceil(count / Math.ceil(count / source.batchSize));
  return { size, batches: Math.ceil(count / size) };
}

/** How many samples are looked at. */
export function sampleCount({ samples }: AnalysisSource, wanted: number): number {
  return Math.max(1, Math.min(Math.trunc(wanted), samples.count));
}

export function disposeBatches(batches: readonly DeviceBatch[]): void {
  tf.dispose(batches.map(({ inputs }) => inputs));
}

export interface MeasureOptions {
  /** Called after every batch. */
  readonly onBatch?: () => void;
  /** Sees the logits of every batch, in order. */
  readonly onLogits?: (logits: Float32Array, batch: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What a model achieves on some samples. Waiting messages are handled between batches, so that a cancel arrives.
 *
 * @throws the signal's reason when it is aborted.
 */
export async function measureAchievement(
  batches: readonly DeviceBatch[],
  predict: Predict,
  { onBatch, onLogits, signal }: MeasureOptions = {},
): Promise<Achievement> {
  const sums = { top1: 0, top5: 0, loss: 0 };
  let count = 0;
  for (const [at, batch] of batches.entries()) {
    signal?.throwIfAborted();
    const logits = await predict(batch.inputs);
    onLogits?.(logits, at);
    judge(logits, batch, sums);
    count += batch.count;
    onBatch?.();
    await yieldToMessages();
  }
  signal?.throwIfAborted();
  return { top1: sums.top1 / count, top5: sums.top5 / count, loss: sums.loss / count };
}

/** What logits [count, classes] say about as many samples, with their labels [count]. */
export function judgeLogits(logits: Float32Array, labels: ArrayLike<number>): Achievement {
  const { length: count } = labels;
  const sums = { top1: 0, top5: 0, loss: 0 };
  judge(logits, { labels, count }, sums);
  return { top1: sums.top1 / count, top5: sums.top5 / count, loss: sums.loss / count };
}

interface JudgedBatch {
  readonly labels: ArrayLike<number>;
  readonly count: number;
}

/** Adds right answers among the largest logit and the five largest ones, and the cross-entropies. */
function judge(logits: Float32Array, { labels, count }: JudgedBatch, sums: Record<keyof Achievement, number>): void {
  const classes = logits.length / count;
  for (let sample = 0; sample < count; sample++) {
    const row = logits.subarray(sample * classes, (sample + 1) * classes);
    const label = labels[sample]!;
    const own = row[label]!;
    // Of equal logits the first one is the answer, as in training. Written so that what is no number is better than all.
    const better = row.filter((logit, at) => (at < label ? !(logit < own) : !(logit <= own))).length;
    if (better < 1) sums.top1 += 1;
    if (better < Math.min(5, classes)) sums.top5 += 1;
    const largest = row.reduce((a, b) => Math.max(a, b));
    sums.loss += Math.log(row.reduce((total, logit) => total + Math.exp(logit - largest), 0)) + largest - own;
  }
}

const warmUps = 2;
const timedRuns = 11;

/** Milliseconds of one inference until its logits are on the host: the median of some, after shaders were compiled. */
export async function measureInference(
  { inputs }: DeviceBatch,
  predict: Predict,
  signal?: AbortSignal,
): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < warmUps + timedRuns; run++) {
    signal?.throwIfAborted();
    const startedAt = performance.now();
    await predict(inputs);
    if (run >= warmUps) times.push(performance.now() - startedAt);
    await yieldToMessages();
  }
  return times.sort((a, b) => a - b)[Math.floor(timedRuns / 2)]!;
}
