import * as tf from '@tensorflow/tfjs-core';
import type { SampleAnswers } from '../protocol/epoch-memory.ts';
import { gatherBatch, type Normalization, type SampleSet } from './batches.ts';
import { columnSum } from './operations.ts';
import { loadReference } from './reference-backend.ts';
import type { TrainedNetwork } from './train-step.ts';

export interface AnswerRequest {
  readonly model: TrainedNetwork;
  readonly samples: SampleSet;
  readonly normalization: Normalization;
  /** The first so many samples. */
  readonly count: number;
  readonly batchSize: number;
}

export interface Answered {
  readonly answers: SampleAnswers;
  /** Share of zeros in the outputs of each ReLU. */
  readonly activationSparsity: Readonly<Record<string, number>>;
}

/** What a network answers to the first samples of a set, by its last output and with the weights that inference uses. */
export async function answerSamples(request: AnswerRequest): Promise<Answered> {
  const { model, samples, normalization, count, batchSize } = request;
  await loadReference();
  const answers = new Uint8Array(count);
  const confidences = new Uint8Array(count);
  const zeros = new Map<string, number>();
  let classCount = 0;
  for (let start = 0; start < count; start += batchSize) {
    const wanted = Math.min(batchSize, count - start);
    const indices = Array.from({ length: wanted }, (_, row) => start + row);
    const batch = gatherBatch(samples, indices, normalization, Math.min(batchSize, count));
    const { logits, shares } = await answerBatch(model, batch.inputs, batch.count);
    classCount = logits.length / batch.count;
    for (let row = 0; row < wanted; row++) {
      const { answer, confidence } = bestAnswer(logits.subarray(row * classCount, (row + 1) * classCount));
      answers[start + row] = answer;
      confidences[start + row] = Math.round(255 * confidence);
    }
    for (const [layer, share] of shares) zeros.set(layer, (zeros.get(layer) ?? 0) + (share * wanted) / count);
  }
  return {
    answers: { classCount, labels: Uint8Array.from(samples.labels.subarray(0, count)), answers, confidences },
    activationSparsity: Object.fromEntries(zeros),
  };
}

interface AnsweredBatch {
  /** Row by row. */
  readonly logits: Float32Array;
  readonly shares: readonly (readonly [layer: string, zeros: number])[];
}

async function answerBatch(model: TrainedNetwork, inputs: Float32Array, count: number): Promise<AnsweredBatch> {
  const layers: { readonly name: string; readonly size: number }[] = [];
  const kept = tf.tidy(() => {
    const zeros: tf.Tensor[] = [];
    const logits = model.forward(tf.tensor(inputs, [count, ...model.network.inputShape]), false, (layer, output) => {
      if (layer.kind !== 'relu') return;
      layers.push({ name: layer.name, size: output.size });
      // The product makes real floats: a cast alone leaves integers in the WebGPU buffer.
      zeros.push(columnSum(tf.mul(tf.cast(tf.equal(output, 0), 'float32'), 1)));
    });
    return [logits, ...zeros];
  });
  const [logits, ...zeros] = await Promise.all(kept.map((tensor) => tensor.data()));
  tf.dispose(kept);
  const shares = layers.map(({ name, size }, at) => {
    const sum = Float32Array.from(zeros[at]!).reduce((total, own) => total + own, 0);
    return [name, sum / size] as const;
  });
  return { logits: Float32Array.from(logits!), shares };
}

/** The largest of some logits, and its softmax. */
function bestAnswer(logits: Float32Array): { readonly answer: number; readonly confidence: number } {
  const answer = logits.reduce((best, value, at) => (value > logits[best]! ? at : best), 0);
  const total = logits.reduce((sum, value) => sum + Math.exp(value - logits[answer]!), 0);
  return { answer, confidence: 1 / total };
}
