import type { Network } from '../core/network.ts';
import { networkParameters } from '../core/network.ts';
import type { NetworkValues } from '../core/network-reference.ts';
import { createRandom, type Random } from '../core/random.ts';
import type { Normalization, SampleSet } from '../engine/batches.ts';
import { initialValues } from '../engine/device-parameters.ts';
import { parseSchedule } from '../schedule/parse-schedule.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { findBenchModel } from './bench-models.ts';
import { type TaskName, type Variant, variantPolicies } from './variants.ts';

/** One piece of work, the same for every system that is measured. */
export interface BenchTask {
  readonly variant: Variant;
  readonly batchSize: number;
  /** What the reader would write for it: network, SGD with momentum, policies that act in epoch 0. */
  readonly schedule: Schedule;
  /** First weights by parameter name, in project layout. */
  readonly values: NetworkValues;
  /** A network of the same layers with other weights, for distillation. */
  readonly teacher: { readonly network: Network; readonly values: NetworkValues };
  readonly data: Normalization & { readonly train: SampleSet };
  /** Indices of samples. Step n trains batch n modulo their number. */
  readonly batches: readonly Uint32Array[];
}

const classCount = 10;
const batchCount = 16;

/**
 * Images of ten classes, each a random pattern under noise, so that the loss falls and stays finite. Everything follows
 * from the name.
 *
 * @throws RangeError if there is no such model, or a variant does not suit it.
 */
export function createTask({ model, variant, batchSize }: TaskName): BenchTask {
  const schedule = readSchedule({ model, variant, batchSize });
  const { network } = schedule;
  const random = createRandom(schedule.training.seed);
  const count = batchSize * batchCount;
  return {
    variant,
    batchSize,
    schedule,
    values: drawValues(network, random.fork('student')),
    teacher: { network, values: drawValues(network, random.fork('teacher')) },
    data: { mean: 0.5, std: 0.5, train: drawSamples(network, count, random.fork('samples')) },
    batches: Array.from({ length: batchCount }, (_, batch) =>
      Uint32Array.from({ length: batchSize }, (_, row) => batch * batchSize + row),
    ),
  };
}

function readSchedule({ model, variant, batchSize }: TaskName): Schedule {
  const zooModel = findBenchModel(model);
  const { inputShape, name } = zooModel;
  const dataset = { name: 'patterns', summary: '', inputShape, classCount, trainSize: 1e6, testSize: 1e3 };
  const optimizer = { class: 'SGD', lr: 0.01, momentum: 0.9, weight_decay: 0 };
  const training = { model: name, dataset: 'patterns', epochs: 1, batch_size: batchSize, optimizer, seed: 1 };
  const network = zooModel.build(dataset);
  // Each JSON text is a YAML text.
  const text = JSON.stringify({ version: 1, training, ...variantPolicies(variant, network) });
  const parsed = parseSchedule(text, { models: [zooModel], datasets: [dataset] });
  if (parsed.ok) return parsed.value;
  throw new RangeError(`${variant} of ${model}: ${parsed.diagnostics.map(({ message }) => message).join(' ')}`);
}

function drawValues(network: Network, random: Random): NetworkValues {
  return new Map(networkParameters(network).map((spec) => [spec.name, initialValues(spec, random)]));
}

function drawSamples({ inputShape }: Network, count: number, random: Random): SampleSet {
  const size = inputShape.reduce((product, length) => product * length, 1);
  const patterns = Array.from({ length: classCount }, () =>
    Float32Array.from({ length: size }, () => (random.next() < 0.2 ? 160 : 0)),
  );
  const inputs = new Uint8Array(count * size);
  const labels = Uint8Array.from({ length: count }, () => random.integer(classCount));
  labels.forEach((label, sample) => {
    patterns[label]?.forEach((value, at) => {
      inputs[sample * size + at] = value * (0.5 + random.next() / 2) + 80 * random.next();
    });
  });
  return { inputs, labels, count };
}
