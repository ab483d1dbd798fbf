import * as tf from '@tensorflow/tfjs-core';
import type { AverageRule, CalibrationStatistics, TensorStatistics } from '../../core/post-training/calibration.ts';
import { yieldToMessages } from '../device-queue.ts';
import type { DeviceNetwork } from './device-network.ts';

export interface CalibrationRequest {
  readonly network: DeviceNetwork;
  /** Each [samples, ...network.inputShape]. */
  readonly batches: readonly tf.Tensor[];
  /** How `avg_min` and `avg_max` are averaged; `samples` unless told otherwise. */
  readonly rule?: AverageRule;
  /** Called after every batch of both passes. */
  readonly onBatch?: () => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Statistics of the inputs and the output of every layer over some batches (reference 8.5), reduced on the current backend:
 * only a few numbers of each sample come back. Two passes, extremes and means first, then the distances from the mean.
 *
 * @throws the signal's reason when it is aborted.
 */
export async function calibrate(request: CalibrationRequest): Promise<CalibrationStatistics> {
  const layers = new Map<string, LayerTallies>();
  await pass(request, layers, takeExtremes);
  await pass(request, layers, takeDistances);
  const rule = request.rule ?? 'samples';
  return new Map(
    Array.from(layers, ([name, { inputs, output }]) => [
      name,
      { inputs: inputs.map((tally) => statisticsOf(tally, rule)), output: statisticsOf(output, rule) },
    ]),
  );
}

interface LayerTallies {
  readonly inputs: readonly Tally[];
  readonly output: Tally;
}

/** What is known of one tensor of the network; a layer's output and the inputs that read it share it. */
export interface Tally {
  readonly shape: readonly number[];
  /** Smallest and largest value of each sample, batch by batch. */
  readonly extremes: { readonly min: ArrayLike<number>; readonly max: ArrayLike<number> }[];
  elements: number;
  sum: number;
  squares: number;
  distances: number;
}

/** Starts the reductions of a tensor [samples, values]; what it returns takes in their results, one number per sample. */
interface Reduction {
  (rows: tf.Tensor, tally: Tally): { readonly tensors: readonly tf.Tensor[]; readonly take: TakeResults };
}
type TakeResults = (results: readonly ArrayLike<number>[]) => void;

async function pass(
  { network, batches, onBatch, signal }: CalibrationRequest,
  layers: Map<string, LayerTallies>,
  reduce: Reduction,
): Promise<void> {
  for (const batch of batches) {
    signal?.throwIfAborted();
    const pending: ReturnType<Reduction>[] = [];
    tf.tidy(() => {
      const taken = new Map<number, Tally>();
      network.forward(batch, {
        observe: ({ name }, inputs, output) => {
          const known = layers.get(name);
          const tallyOf = (tensor: tf.Tensor, before: Tally | undefined): Tally => {
            const shared = taken.get(tensor.id);
            if (shared) return shared;
            const tally = before ?? emptyTally(tensor.shape);
            taken.set(tensor.id, tally);
            const reduction = reduce(tf.reshape(tensor, [tensor.shape[0], -1]), tally);
            pending.push({ ...reduction, tensors: reduction.tensors.map((result) => tf.keep(result)) });
            return tally;
          };
          const ofInputs = inputs.map((input, index) => tallyOf(input, known?.inputs[index]));
          layers.set(name, { inputs: ofInputs, output: tallyOf(output, known?.output) });
        },
      });
    });
    await readAll(pending);
    onBatch?.();
    await yieldToMessages();
  }
  signal?.throwIfAborted();
}

async function readAll(pending: readonly ReturnType<Reduction>[]): Promise<void> {
  const results = await Promise.all(
    pending.map(({ tensors }) => Promise.all(tensors.map(async (tensor) => await tensor.data()))),
  );
  for (const [at, { tensors, take }] of pending.entries()) {
    take(results[at]!);
    tf.dispose([...tensors]);
  }
}

export const emptyTally = (shape: readonly number[]): Tally => ({
  ...{ shape, extremes: [], elements: 0, sum: 0, squares: 0, distances: 0 },
});

const total = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value, 0);

const takeExtremes: Reduction = (rows, tally) => ({
  tensors: [tf.min(rows, 1), tf.max(rows, 1), tf.sum(rows, 1)],
  take: ([min, max, sums]) => {
    tally.extremes.push({ min: Float32Array.from(min!), max: Float32Array.from(max!) });
    tally.sum += total(sums!);
    tally.elements += rows.size;
  },
});

const takeDistances: Reduction = (rows, tally) => {
  const distances = tf.sub(rows, tally.sum / tally.elements);
  return {
    tensors: [tf.sum(tf.square(distances), 1), tf.sum(tf.abs(distances), 1)],
    take: ([squares, magnitudes]) => {
      tally.squares += total(squares!);
      tally.distances += total(magnitudes!);
    },
  };
};

/** The statistics of all batches that a tally has taken. */
export function statisticsOf(
  { shape, extremes, elements, sum, squares, distances }: Tally,
  rule: AverageRule,
): TensorStatistics {
  const smallest = extremes.map(({ min }) => min);
  const largest = extremes.map(({ max }) => max);
  const sampleSize = shape.slice(1).reduce((product, length) => product * length, 1);
  const average = (batches: readonly ArrayLike<number>[], ofBatch: (...values: number[]) => number): number =>
    rule === 'samples'
      ? total(batches.flatMap((batch) => Array.from(batch))) / (elements / sampleSize)
      : runningAverage(batches, sampleSize, ofBatch);
  return {
    min: Math.min(...smallest.map(least)),
    max: Math.max(...largest.map(most)),
    avg_min: average(smallest, Math.min),
    avg_max: average(largest, Math.max),
    mean: sum / elements,
    std: Math.sqrt(squares / elements),
    b: distances / elements,
    shape,
    total_numel: elements,
  };
}

const least = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => Math.min(a, b));
const most = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => Math.max(a, b));

/** Distiller's average, in which each element seen before weighs as much as a sample of the new batch. */
function runningAverage(
  batches: readonly ArrayLike<number>[],
  sampleSize: number,
  ofBatch: (...values: number[]) => number,
): number {
  let average = 0;
  let elements = 0;
  for (const batch of batches) {
    // Samples of one value each: Distiller takes the extreme of their batch as that of one sample.
    const samples = sampleSize === 1 ? [Array.from(batch).reduce((a, b) => ofBatch(a, b))] : Array.from(batch);
    average = (elements * average + total(samples)) / (elements + samples.length);
    elements += batch.length * sampleSize;
  }
  return average;
}
