import * as tf from '@tensorflow/tfjs-core';
import { GrowingHistogram } from '../../core/growing-histogram.ts';
import type { ActivationRow, AnalysisRequest, AnalysisResult } from '../../protocol/analysis.ts';
import { yieldToMessages } from '../device-queue.ts';
import { columnSum } from '../operations.ts';
import { DeviceNetwork } from './device-network.ts';
import { disposeBatches, uploadSamples } from './measure-samples.ts';
import { type AnalysisSource, type AnalysisWatch, countPieces } from './trained-model.ts';

type Request = Extract<AnalysisRequest, { kind: 'activations' }>;

/** Sums of one layer over samples and positions. */
interface Tally {
  readonly zeros: Float64Array;
  readonly sums: Float64Array;
  /** Values of one channel. */
  count: number;
  readonly histogram: GrowingHistogram;
}

/**
 * Share of zeros and mean of the outputs of every activation, per channel (per unit behind dense layers) and in all, and a
 * histogram of those that are not zero (reference 11.4). Shares are fractions.
 *
 * @throws the signal's reason when it is aborted.
 */
export async function measureActivations(
  source: AnalysisSource,
  { samples }: Request,
  watch: AnalysisWatch,
): Promise<Extract<AnalysisResult, { kind: 'activations' }>> {
  const device = new DeviceNetwork(source.model);
  const batches = uploadSamples(source, samples);
  const tick = countPieces(batches.length, watch);
  const tallies = new Map<string, Tally>();
  try {
    for (const { inputs } of batches) {
      watch.signal?.throwIfAborted();
      await takeBatch(device, inputs, tallies);
      tick();
      await yieldToMessages();
    }
    watch.signal?.throwIfAborted();
    return { kind: 'activations', rows: Array.from(tallies, ([layer, tally]) => rowOf(layer, tally)) };
  } finally {
    device.dispose();
    disposeBatches(batches);
  }
}

interface Reading {
  readonly layer: string;
  readonly zeros: tf.Tensor;
  readonly sums: tf.Tensor;
  readonly outputs: tf.Tensor;
  readonly count: number;
}

async function takeBatch(device: DeviceNetwork, inputs: tf.Tensor, tallies: Map<string, Tally>): Promise<void> {
  const readings: Reading[] = [];
  tf.tidy(() => {
    device.forward(inputs, {
      observe: ({ name, kind }, _inputs, output) => {
        if (kind !== 'relu' && kind !== 'tanh' && kind !== 'sigmoid') return;
        const rows = tf.reshape(output, [-1, output.shape.at(-1)!]);
        // The product makes real floats: a cast alone leaves integers in the WebGPU buffer.
        const isZero = tf.mul(tf.cast(tf.equal(rows, 0), 'float32'), 1);
        const [zeros, sums] = [tf.keep(columnSum(isZero)), tf.keep(columnSum(rows))];
        readings.push({ layer: name, zeros, sums, outputs: tf.keep(rows), count: rows.shape[0] });
      },
    });
  });
  for (const { layer, zeros, sums, outputs, count } of readings) {
    const [zeroCounts, sumsOfBatch, values] = await Promise.all([zeros.data(), sums.data(), outputs.data()]);
    tf.dispose([zeros, sums, outputs]);
    const tally = tallies.get(layer) ?? emptyTally(zeroCounts.length);
    tallies.set(layer, tally);
    for (let c = 0; c < zeroCounts.length; c++) {
      tally.zeros[c]! += zeroCounts[c]!;
      tally.sums[c]! += sumsOfBatch[c]!;
    }
    tally.count += count;
    tally.histogram.add(values);
  }
}

const emptyTally = (channels: number): Tally => ({
  zeros: new Float64Array(channels),
  sums: new Float64Array(channels),
  count: 0,
  histogram: new GrowingHistogram(),
});

function rowOf(layer: string, { zeros, sums, count, histogram }: Tally): ActivationRow {
  const apoz = Array.from(zeros, (zero) => zero / count);
  const mean = Array.from(sums, (sum) => sum / count);
  return {
    layer,
    sparsity: apoz.reduce((sum, share) => sum + share, 0) / apoz.length,
    apoz,
    mean,
    histogram: histogram.read(),
  };
}
