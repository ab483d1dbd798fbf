import type { RangeStatistics } from '../clip-ranges.ts';
import type { Network } from '../network.ts';
import { evaluateNetwork, type NetworkValues } from '../network-reference.ts';
import type { ArrayTensor } from '../network-reference-convolution.ts';
import { extremes } from '../statistics.ts';

/** Statistics of one tensor over all calibration data, in the words of Distiller's file (reference 8.5). */
export interface TensorStatistics extends RangeStatistics {
  /** Shape of the first batch, in project layout. Absent in statistics that were read from a file without it. */
  readonly shape?: readonly number[];
  /** How many values were seen. Older files lack it. */
  readonly total_numel?: number;
}

export interface LayerStatistics {
  readonly inputs: readonly TensorStatistics[];
  readonly output: TensorStatistics;
}

/** Statistics by layer name, in the network's order. */
export type CalibrationStatistics = ReadonlyMap<string, LayerStatistics>;

/**
 * How `avg_min` and `avg_max` average the extremes of the samples. `samples`: every sample counts the same. `distiller`:
 * as Distiller's running value, in which each *element* seen before weighs as much as a sample of the new batch, so that the
 * first batch decides; to compare with its files.
 */
export type AverageRule = 'samples' | 'distiller';

/**
 * Collects what post-training quantization needs to know about activations, in two passes over the same batches: extremes
 * and means first, then the distances from the mean.
 */
export class StatisticsCollector {
  readonly #rule: AverageRule;
  readonly #layers = new Map<string, { inputs: Tally[]; output: Tally }>();
  #pass: 'extremes' | 'distances' = 'extremes';

  constructor(rule: AverageRule = 'samples') {
    this.#rule = rule;
  }

  /** Takes in one batch of one layer. The second pass must bring the layers of the first. */
  observe(layer: string, inputs: readonly ArrayTensor[], output: ArrayTensor): void {
    if (this.#pass === 'extremes' && !this.#layers.has(layer)) {
      this.#layers.set(layer, { inputs: inputs.map(() => new Tally(this.#rule)), output: new Tally(this.#rule) });
    }
    const entry = this.#layers.get(layer);
    if (!entry) throw new RangeError(`The first pass did not see the layer ${layer}`);
    for (const [index, input] of inputs.entries()) entry.inputs[index]!.take(this.#pass, input);
    entry.output.take(this.#pass, output);
  }

  /** Ends the first pass. */
  startSecondPass(): void {
    this.#pass = 'distances';
  }

  statistics(): CalibrationStatistics {
    return new Map(
      Array.from(this.#layers, ([name, { inputs, output }]) => [
        name,
        { inputs: inputs.map((tally) => tally.statistics()), output: output.statistics() },
      ]),
    );
  }
}

/** Running sums of one tensor. */
class Tally {
  readonly #rule: AverageRule;
  #min = Infinity;
  #max = -Infinity;
  #averageMin = 0;
  #averageMax = 0;
  #samples = 0;
  #elements = 0;
  #sum = 0;
  #squares = 0;
  #distances = 0;
  #shape: readonly number[] = [];

  constructor(rule: AverageRule) {
    this.#rule = rule;
  }

  take(pass: 'extremes' | 'distances', tensor: ArrayTensor): void {
    if (pass === 'extremes') this.#takeExtremes(tensor);
    else this.#takeDistances(tensor);
  }

  #takeExtremes({ shape, values }: ArrayTensor): void {
    const samples = sampleExtremes(values, shape[0]!);
    // Samples of one value each: Distiller takes the extremes of their batch as those of one sample.
    const counted = this.#rule === 'distiller' && samples.length === values.length ? [extremes(values)] : samples;
    const weight = this.#rule === 'distiller' ? this.#elements : this.#samples;
    const total = weight + counted.length;
    this.#averageMin = (weight * this.#averageMin + sumOf(counted, ({ min }) => min)) / total;
    this.#averageMax = (weight * this.#averageMax + sumOf(counted, ({ max }) => max)) / total;
    this.#min = Math.min(this.#min, ...samples.map(({ min }) => min));
    this.#max = Math.max(this.#max, ...samples.map(({ max }) => max));
    for (const value of values) this.#sum += value;
    this.#samples += counted.length;
    this.#elements += values.length;
    if (this.#shape.length === 0) this.#shape = shape;
  }

  #takeDistances({ values }: ArrayTensor): void {
    const mean = this.#sum / this.#elements;
    for (const value of values) {
      this.#squares += (value - mean) ** 2;
      this.#distances += Math.abs(value - mean);
    }
  }

  statistics(): TensorStatistics {
    return {
      min: this.#min,
      max: this.#max,
      avg_min: this.#averageMin,
      avg_max: this.#averageMax,
      mean: this.#sum / this.#elements,
      std: Math.sqrt(this.#squares / this.#elements),
      b: this.#distances / this.#elements,
      shape: this.#shape,
      total_numel: this.#elements,
    };
  }
}

interface Extremes {
  readonly min: number;
  readonly max: number;
}

function sampleExtremes(values: Float32Array, samples: number): readonly Extremes[] {
  const length = values.length / samples;
  return Array.from({ length: samples }, (_, sample) =>
    extremes(values.subarray(sample * length, (sample + 1) * length)),
  );
}

const sumOf = (samples: readonly Extremes[], pick: (one: Extremes) => number): number =>
  samples.reduce((sum, one) => sum + pick(one), 0);

/**
 * Statistics of every layer of a network over some batches, each [samples, ...network.inputShape].
 *
 * @throws RangeError without batches.
 */
export function collectStatistics(
  network: Network,
  values: NetworkValues,
  batches: readonly ArrayTensor[],
  rule: AverageRule = 'samples',
): CalibrationStatistics {
  if (batches.length === 0) throw new RangeError('Calibration needs at least one batch');
  const collector = new StatisticsCollector(rule);
  const pass = (): void => {
    for (const batch of batches) {
      evaluateNetwork(network, batch, values, (layer, inputs, output) => collector.observe(layer.name, inputs, output));
    }
  };
  pass();
  collector.startSecondPass();
  pass();
  return collector.statistics();
}
