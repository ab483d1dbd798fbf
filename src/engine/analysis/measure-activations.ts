import * as tf from '@tensorflow/tfjs-core';
import { GrowingHistogram } from '../../core/growing-histogram.ts';
import { networkGraph } from '../../core/network-graph.ts';
import type { Layer } from '../../core/network.ts';
import type { ActivationRow, AnalysisRequest, AnalysisResult } from '../../protocol/analysis.ts';
import { yieldToMessages } from '../device-queue.ts';
import { RecordedLayers } from '../fused/recorded-layers.ts';
import { columnSum } from '../operations.ts';
import { DeviceNetwork } from './device-network.ts';
import { disposeBatches, sampleCount, splitSamples, uploadSamples } from './measure-samples.ts';
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
  const tallies = new Map<string, Tally>();
  const { size } = splitSamples(source, samples);
  const recorded = await RecordedLayers.create(source, size);
  if (recorded === null) await tallyByReference(source, samples, { tallies, watch });
  else await tallyRecorded(source, recorded, { tallies, watch, count: sampleCount(source, samples) });
  return { kind: 'activations', rows: Array.from(tallies, ([layer, tally]) => rowOf(layer, tally)) };
}

const isActivation = ({ kind }: Layer): boolean => kind === 'relu' || kind === 'tanh' || kind === 'sigmoid';

interface TallyTask {
  readonly tallies: Map<string, Tally>;
  readonly watch: AnalysisWatch;
}

/** Disposes the recording. */
async function tallyRecorded(
  { model: { network } }: AnalysisSource,
  recorded: RecordedLayers,
  { tallies, watch, count }: TallyTask & { readonly count: number },
): Promise<void> {
  const layers = network.layers.filter(isActivation).map(({ name }) => name);
  const graph = networkGraph(network);
  const tick = countPieces(Math.ceil(count / recorded.batch), watch);
  try {
    for (let first = 0; first < count; first += recorded.batch) {
      watch.signal?.throwIfAborted();
      const outputs = await recorded.outputs(layers, first, Math.min(count, first + recorded.batch));
      for (const [at, layer] of layers.entries()) {
        takeOutputs(tallyOf(tallies, layer, graph.get(layer)!.outputShape.at(-1)!), outputs[at]!);
      }
      tick();
      await yieldToMessages();
    }
    watch.signal?.throwIfAborted();
  } finally {
    recorded.dispose();
  }
}

/** @param values Channels side by side. */
function takeOutputs(tally: Tally, values: Float32Array): void {
  const { zeros, sums, histogram } = tally;
  const channels = zeros.length;
  for (let row = 0; row < values.length; row += channels) {
    for (let c = 0; c < channels; c++) {
      const value = values[row + c]!;
      sums[c]! += value;
      if (value === 0) zeros[c]!++;
    }
  }
  tally.count += values.length / channels;
  histogram.add(values);
}

async function tallyByReference(source: AnalysisSource, samples: number, { tallies, watch }: TallyTask): Promise<void> {
  const device = new DeviceNetwork(source.model);
  const batches = uploadSamples(source, samples);
  const tick = countPieces(batches.length, watch);
  try {
    for (const { inputs } of batches) {
      watch.signal?.throwIfAborted();
      await takeBatch(device, inputs, tallies);
      tick();
      await yieldToMessages();
    }
    watch.signal?.throwIfAborted();
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
      observe: (layer, _inputs, output) => {
        if (!isActivation(layer)) return;
        const rows = tf.reshape(output, [-1, output.shape.at(-1)!]);
        // The product makes real floats: a cast alone leaves integers in the WebGPU buffer.
        const isZero = tf.mul(tf.cast(tf.equal(rows, 0), 'float32'), 1);
        const [zeros, sums] = [tf.keep(columnSum(isZero)), tf.keep(columnSum(rows))];
        readings.push({ layer: layer.name, zeros, sums, outputs: tf.keep(rows), count: rows.shape[0] });
      },
    });
  });
  for (const { layer, zeros, sums, outputs, count } of readings) {
    const [zeroCounts, sumsOfBatch, values] = await Promise.all([zeros.data(), sums.data(), outputs.data()]);
    tf.dispose([zeros, sums, outputs]);
    const tally = tallyOf(tallies, layer, zeroCounts.length);
    for (let c = 0; c < zeroCounts.length; c++) {
      tally.zeros[c]! += zeroCounts[c]!;
      tally.sums[c]! += sumsOfBatch[c]!;
    }
    tally.count += count;
    tally.histogram.add(values);
  }
}

function tallyOf(tallies: Map<string, Tally>, layer: string, channels: number): Tally {
  const tally = tallies.get(layer) ?? {
    zeros: new Float64Array(channels),
    sums: new Float64Array(channels),
    count: 0,
    histogram: new GrowingHistogram(),
  };
  tallies.set(layer, tally);
  return tally;
}

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
