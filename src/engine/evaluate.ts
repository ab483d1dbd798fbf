import * as tf from '@tensorflow/tfjs-core';
import { gatherBatch, type Normalization, type SampleSet } from './batches.ts';
import { softmaxCrossEntropy } from './operations.ts';
import { sumRows, type TrainedNetwork } from './train-step.ts';

export interface Evaluation {
  /** Mean cross-entropy. */
  readonly loss: number;
  /** Share of samples that were classified rightly. */
  readonly top1: number;
}

export interface EvaluationRequest {
  readonly model: TrainedNetwork;
  readonly samples: SampleSet;
  readonly normalization: Normalization;
  /** The first so many samples. */
  readonly count: number;
  readonly batchSize: number;
  /** Awaited between batches, for messages and progress. */
  readonly onBatch?: (done: number) => Promise<void>;
}

/**
 * Measures a network on the first samples of a set, with the weights that inference uses. Batches are of one size, the last
 * one padded: another shape would cost another compilation of every shader.
 */
export async function evaluate(request: EvaluationRequest): Promise<Evaluation> {
  const { model, samples, normalization, count, batchSize } = request;
  let lossSum = 0;
  let rightCount = 0;
  for (let start = 0; start < count; start += batchSize) {
    const wanted = Math.min(batchSize, count - start);
    const indices = Array.from({ length: wanted }, (_, row) => start + row);
    const rows = tf.tidy(() => {
      const batch = gatherBatch(samples, indices, normalization, Math.min(batchSize, count));
      const inputs = tf.tensor(batch.inputs, [batch.count, ...model.network.inputShape]);
      return softmaxCrossEntropy(model.forward(inputs, false), tf.tensor1d(batch.labels, 'int32')).perSample;
    });
    const sums = sumRows(await rows.data(), wanted);
    rows.dispose();
    lossSum += sums.lossSum;
    rightCount += sums.rightCount;
    await request.onBatch?.(start + wanted);
  }
  return { loss: lossSum / count, top1: rightCount / count };
}
