import type { Batch } from './train-step.ts';

/** Samples in memory; the zoo's `LoadedDataset` is made of two of them. */
export interface SampleSet {
  /** [count, ...inputShape]; bytes are pixels, 0 to 255. */
  readonly inputs: Uint8Array | Float32Array;
  readonly labels: Uint8Array;
  readonly count: number;
}

/** The first samples of a set. */
export function firstSamples({ inputs, labels, count }: SampleSet, wanted: number): SampleSet {
  const end = (inputs.length / count) * wanted;
  return { inputs: inputs.subarray(0, end), labels: labels.subarray(0, wanted), count: wanted };
}

/** What is subtracted from an input (a pixel: after division by 255) and what the rest is divided by. */
export interface Normalization {
  readonly mean: number;
  readonly std: number;
}

/** Values of samples as a network wants them. */
export function normalize(inputs: SampleSet['inputs'], { mean, std }: Normalization): Float32Array {
  const scale = (inputs instanceof Uint8Array ? 1 / 255 : 1) / std;
  const offset = mean / std;
  return Float32Array.from(inputs, (value) => value * scale - offset);
}

/**
 * The samples of the given indices as a network wants them: (value - mean) / std.
 *
 * @param paddedCount Length of the batch; missing samples repeat the last one, and `count` of the result includes them.
 */
export function gatherBatch(
  samples: SampleSet,
  indices: ArrayLike<number>,
  normalization: Normalization,
  paddedCount = indices.length,
): Batch {
  const size = samples.inputs.length / samples.count;
  const scale = (samples.inputs instanceof Uint8Array ? 1 / 255 : 1) / normalization.std;
  const offset = normalization.mean / normalization.std;
  const inputs = new Float32Array(paddedCount * size);
  const labels = new Int32Array(paddedCount);
  for (let row = 0; row < paddedCount; row++) {
    const sample = indices[Math.min(row, indices.length - 1)]!;
    labels[row] = samples.labels[sample]!;
    for (let at = 0; at < size; at++) inputs[row * size + at] = samples.inputs[sample * size + at]! * scale - offset;
  }
  return { inputs, labels, count: paddedCount };
}

/** Batches of an epoch: consecutive pieces of the order; the last one may be short and is trained too. */
export function splitIntoBatches(order: Uint32Array, batchSize: number): readonly Uint32Array[] {
  const batches: Uint32Array[] = [];
  for (let start = 0; start < order.length; start += batchSize) batches.push(order.subarray(start, start + batchSize));
  return batches;
}
