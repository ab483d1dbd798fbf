import * as tf from '@tensorflow/tfjs-core';
import { outputLayers } from '../core/network.ts';
import type { EarlyExitExtension } from '../methods/extension.ts';
import { gatherBatch, type Normalization, type SampleSet } from './batches.ts';
import type { Evaluation } from './evaluation.ts';
import { ExitTally } from './exit-tally.ts';
import { loadedComputations, loadReference } from './reference-backend.ts';
import { type Batch, sumRows, type TrainedNetwork } from './train-step.ts';

export interface EvaluationRequest {
  readonly model: TrainedNetwork;
  readonly samples: SampleSet;
  readonly normalization: Normalization;
  /** The first so many samples. */
  readonly count: number;
  readonly batchSize: number;
  /** By which samples leave early. */
  readonly exits: EarlyExitExtension | null;
  /** Awaited between batches, for messages and progress. */
  readonly onBatch?: (done: number) => Promise<void>;
}

/**
 * Measures a network on the first samples of a set, with the weights that inference uses. Batches are of one size, the last
 * one padded: another shape would cost another compilation of every shader.
 *
 * With early exits each sample is answered by the first exit that it leaves at.
 */
export async function evaluate(request: EvaluationRequest): Promise<Evaluation> {
  const { model, samples, normalization, count, batchSize, exits } = request;
  await loadReference();
  const tally = exits && outputLayers(model.network).length === exits.lossWeights.length ? new ExitTally(exits) : null;
  let lossSum = 0;
  let rightCount = 0;
  for (let start = 0; start < count; start += batchSize) {
    const wanted = Math.min(batchSize, count - start);
    const indices = Array.from({ length: wanted }, (_, row) => start + row);
    const batch = gatherBatch(samples, indices, normalization, Math.min(batchSize, count));
    const sums = await (tally ? answerBatch(tally, model, batch, wanted) : measureBatch(model, batch, wanted));
    lossSum += sums.lossSum;
    rightCount += sums.rightCount;
    await request.onBatch?.(start + wanted);
  }
  return { loss: lossSum / count, top1: rightCount / count, ...(tally && { exits: tally.shares(model.network) }) };
}

interface Sums {
  readonly lossSum: number;
  readonly rightCount: number;
}

const uploadInputs = ({ network }: TrainedNetwork, { inputs, count }: Batch): tf.Tensor =>
  tf.tensor(inputs, [count, ...network.inputShape]);

/** Of the last answer to the first `wanted` samples. */
async function measureBatch(model: TrainedNetwork, batch: Batch, wanted: number): Promise<Sums> {
  const rows = tf.tidy(() => {
    const logits = model.forward(uploadInputs(model, batch), false);
    return loadedComputations().softmaxCrossEntropy(logits, tf.tensor1d(batch.labels, 'int32')).perSample;
  });
  const sums = sumRows(await rows.data(), wanted);
  rows.dispose();
  return sums;
}

/** Of the answer by which each of the first `wanted` samples leaves. */
async function answerBatch(tally: ExitTally, model: TrainedNetwork, batch: Batch, wanted: number): Promise<Sums> {
  const outputs = tf.tidy(() => [...model.answers(uploadInputs(model, batch), false)]);
  const exits = await Promise.all(
    outputs.map(async (output) => ({ logits: await output.data(), classCount: output.shape[1]! })),
  );
  tf.dispose(outputs);
  return tally.add(exits, batch.labels.subarray(0, wanted));
}
