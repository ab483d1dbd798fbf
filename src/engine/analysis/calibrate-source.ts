import { networkGraph, networkInput } from '../../core/network-graph.ts';
import type { Network } from '../../core/network.ts';
import type { CalibrationStatistics, TensorStatistics } from '../../core/post-training/calibration.ts';
import { gatherBatch } from '../batches.ts';
import { yieldToMessages } from '../device-queue.ts';
import { RecordedLayers } from '../fused/recorded-layers.ts';
import { calibrate, emptyTally, statisticsOf, type Tally } from './calibrate.ts';
import { DeviceNetwork } from './device-network.ts';
import { disposeBatches, sampleCount, splitSamples, uploadSamples } from './measure-samples.ts';
import type { AnalysisSource } from './trained-model.ts';

export interface CalibrationOptions {
  /** How many samples are looked at; fewer if there are not as many. */
  readonly samples: number;
  /** Called after every batch of both passes. */
  readonly onBatch?: () => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Statistics of the inputs and the output of every layer over the first samples (reference 8.5): by the recorded forward pass
 * where there is one, else by TensorFlow.js. Every sample counts the same in averages.
 *
 * @throws the signal's reason when it is aborted.
 */
export async function calibrateSource(
  source: AnalysisSource,
  options: CalibrationOptions,
): Promise<CalibrationStatistics> {
  const recorded = await RecordedLayers.create(source, splitSamples(source, options.samples).size);
  if (recorded === null) return await calibrateByReference(source, options);
  try {
    return await calibrateRecorded(source, recorded, options);
  } finally {
    recorded.dispose();
  }
}

async function calibrateByReference(
  source: AnalysisSource,
  { samples, ...options }: CalibrationOptions,
): Promise<CalibrationStatistics> {
  const network = new DeviceNetwork(source.model);
  const batches = uploadSamples(source, samples);
  try {
    return await calibrate({ network, batches: batches.map(({ inputs }) => inputs), ...options });
  } finally {
    network.dispose();
    disposeBatches(batches);
  }
}

async function calibrateRecorded(
  source: AnalysisSource,
  recorded: RecordedLayers,
  { samples, onBatch, signal }: CalibrationOptions,
): Promise<CalibrationStatistics> {
  const { network } = source.model;
  const count = sampleCount(source, samples);
  const graph = networkGraph(network);
  const shapeOf = (name: string): readonly number[] => graph.get(name)?.outputShape ?? network.inputShape;
  const tallies = new Map(
    [networkInput, ...recorded.layers].map((name) => [name, emptyTally([recorded.batch, ...shapeOf(name)])]),
  );
  const done = async (): Promise<void> => {
    onBatch?.();
    await yieldToMessages();
    signal?.throwIfAborted();
  };
  signal?.throwIfAborted();
  await recorded.statistics(count, null, async (rows, first, end) => {
    for (const [name, values] of rows) takeExtremes(tallies.get(name)!, values, end - first);
    takeExtremes(tallies.get(networkInput)!, extremeRows(inputRows(source, first, end)), end - first);
    await done();
  });
  const means = new Map([...tallies].map(([name, tally]) => [name, tally.sum / tally.elements]));
  await recorded.statistics(count, means, async (rows, first, end) => {
    for (const [name, values] of rows) takeDistances(tallies.get(name)!, values);
    takeDistances(tallies.get(networkInput)!, distanceRows(inputRows(source, first, end), means.get(networkInput)!));
    await done();
  });
  return layerStatistics(network, recorded.batch, tallies);
}

/** Four numbers a row, of which each sample has the same number. */
function takeExtremes(tally: Tally, rows: Float32Array, samples: number): void {
  const perSample = rows.length / samples;
  const min = new Float32Array(samples).fill(Infinity);
  const max = new Float32Array(samples).fill(-Infinity);
  for (let at = 0; at < rows.length; at += 4) {
    const sample = Math.floor(at / perSample);
    min[sample] = Math.min(min[sample]!, rows[at]!);
    max[sample] = Math.max(max[sample]!, rows[at + 1]!);
    tally.sum += rows[at + 2]!;
  }
  tally.extremes.push({ min, max });
  tally.elements += tally.shape.slice(1).reduce((product, length) => product * length, samples);
}

function takeDistances(tally: Tally, rows: Float32Array): void {
  for (let at = 0; at < rows.length; at += 4) {
    tally.squares += rows[at]!;
    tally.distances += rows[at + 1]!;
  }
}

/** Of samples, as the device gathers them: their statistics are taken here, since they are here. */
function inputRows({ samples, normalization }: AnalysisSource, first: number, end: number): readonly Float32Array[] {
  const indices = Array.from({ length: end - first }, (_, row) => first + row);
  const { inputs } = gatherBatch(samples, indices, normalization);
  const size = inputs.length / indices.length;
  return indices.map((_, row) => inputs.subarray(row * size, (row + 1) * size));
}

function extremeRows(samples: readonly Float32Array[]): Float32Array {
  return Float32Array.from(
    samples.flatMap((values) => {
      const [least, most, sum] = values.reduce<readonly [number, number, number]>(
        ([min, max, total], value) => [Math.min(min, value), Math.max(max, value), total + value],
        [Infinity, -Infinity, 0],
      );
      return [least, most, sum, 0];
    }),
  );
}

function distanceRows(samples: readonly Float32Array[], mean: number): Float32Array {
  return Float32Array.from(
    samples.flatMap((values) => [
      values.reduce((sum, value) => sum + (value - mean) ** 2, 0),
      values.reduce((sum, value) => sum + Math.abs(value - mean), 0),
      ...[0, 0],
    ]),
  );
}

/** Layers that only reshape have the values of what they read. */
function layerStatistics(network: Network, batch: number, tallies: ReadonlyMap<string, Tally>): CalibrationStatistics {
  const known = new Map<string, TensorStatistics>();
  for (const [name, tally] of tallies) known.set(name, statisticsOf(tally, 'samples'));
  return new Map(
    Array.from(networkGraph(network), ([name, { inputs, outputShape }]) => {
      const read = inputs.map((input) => known.get(input)!);
      const output = known.get(name) ?? { ...read[0]!, shape: [batch, ...outputShape] };
      known.set(name, output);
      return [name, { inputs: read, output }];
    }),
  );
}
