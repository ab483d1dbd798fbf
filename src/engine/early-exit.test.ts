import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import type { Network } from '../core/network.ts';
import { createRandom } from '../core/random.ts';
import type { EpochMetrics, TrainingEvent } from '../protocol/training-event.ts';
import { parseSchedule } from '../schedule/parse-schedule.ts';
import { useCpuBackend } from './backend-cpu.ts';
import { TrainingSession } from './training-session.ts';

beforeAll(useCpuBackend);

const dense = (name: string, inFeatures: number, outFeatures: number) =>
  ({ name, kind: 'dense', inFeatures, outFeatures, bias: true }) as const;

const network: Network = {
  name: 'branched',
  inputShape: [4],
  layers: [
    dense('fc1', 4, 8),
    { name: 'relu', kind: 'relu' },
    dense('head', 8, 2),
    { ...dense('fc2', 8, 8), inputs: ['relu'] },
    { name: 'relu2', kind: 'relu' },
    dense('fc3', 8, 2),
  ],
  exits: [{ name: 'exit0', layer: 'head' }],
};
const plain: Network = {
  name: 'plain',
  inputShape: [4],
  layers: [dense('fc1', 4, 8), { name: 'relu', kind: 'relu' }, dense('fc2', 8, 2)],
};
const zoo = {
  models: [network, plain].map((model) => ({ name: model.name, summary: '', inputShape: [4], build: () => model })),
  datasets: [{ name: 'dots', summary: '', inputShape: [4], classCount: 2, trainSize: 64, testSize: 64 }],
};

const random = createRandom(2);
function samples() {
  const inputs = Float32Array.from({ length: 64 * 4 }, () => random.normal());
  const labels = Uint8Array.from({ length: 64 }, (_, row) => (inputs[4 * row]! > 0 ? 1 : 0));
  return { count: 64, inputs, labels };
}
const data = { train: samples(), test: samples(), mean: 0, std: 1 };

async function train(
  threshold: number,
  epochs = '0, 1',
): Promise<{ readonly metrics: readonly EpochMetrics[]; readonly heads: boolean; readonly last: TrainingEvent }> {
  const text = `version: 1
training: {model: branched, dataset: dots, epochs: 2, train_size: 64, validation_size: 64, batch_size: 8, optimizer: {class: Adam, lr: 0.02}}
extensions:
  early: {class: EarlyExit, lossweights: [0.4], thresholds: [${threshold}]}
policies:
  - extension: {instance_name: early}
    epochs: [${epochs}]
`;
  return await trainText(text, 'head.weight');
}

/** @param head A parameter of the early answer. */
async function trainText(
  text: string,
  head: string,
): Promise<{ readonly metrics: readonly EpochMetrics[]; readonly heads: boolean; readonly last: TrainingEvent }> {
  const parsed = parseSchedule(text, zoo);
  if (!parsed.ok) throw new Error(parsed.diagnostics.map(({ message }) => message).join('\n'));
  const events: TrainingEvent[] = [];
  const environment = { backend: 'cpu', adapter: 'test', software: true, versions: {} } as const;
  const before = tf.memory().numTensors;
  const session = new TrainingSession({
    ...{ runId: 'run', schedule: parsed.value, data, environment, emit: (event) => events.push(event) },
  });
  const first = (await session.readWeights()).find(({ name }) => name === head)!.values;
  await session.run();
  const after = (await session.readWeights()).find(({ name }) => name === head)!.values;
  session.dispose();
  expect(tf.memory().numTensors).toBe(before);
  const metrics = events.flatMap((event) => (event.type === 'epoch-end' ? [event.metrics] : []));
  return { metrics, heads: after.some((value, index) => value !== first[index]), last: events.at(-1)! };
}

test('the early answer is trained, and samples that it is sure of leave there', async () => {
  const { metrics, heads, last } = await train(0.6);
  expect(heads).toBe(true);
  const [early, late] = metrics.at(-1)!.validation.exits!;
  expect(early).toMatchObject({ name: 'exit0' });
  expect(late).toMatchObject({ name: 'last' });
  expect(early!.share).toBeGreaterThan(0);
  expect(early!.share + late!.share).toBeCloseTo(1, 10);
  const total = [early!, late!].reduce((sum, { share, top1 }) => sum + share * (top1 ?? 0), 0);
  expect(metrics.at(-1)!.validation.top1).toBeCloseTo(total, 10);
  expect(last).toMatchObject({ type: 'finished', result: { exits: [{ name: 'exit0' }, { name: 'last' }] } });
});

test('an exit that nobody takes has a share of 0 and no accuracy', async () => {
  const { metrics } = await train(0.999999);
  expect(metrics[0]!.validation.exits).toMatchObject([{ share: 0, top1: null }, { share: 1 }]);
});

test('without an active policy the last answer alone is trained and asked', async () => {
  const { metrics, heads } = await train(0.6, '7');
  expect(heads).toBe(false);
  expect(metrics[0]!.validation.exits).toBeUndefined();
});

test('an exit that the schedule attaches is trained, pruned and quantized as any other layer', async () => {
  const text = `training: {model: plain, dataset: dots, epochs: 3, train_size: 64, validation_size: 64, batch_size: 8, optimizer: {class: Adam, lr: 0.02}}
extensions:
  early: {class: EarlyExit, exits: [fc1], lossweights: [0.4], thresholds: [0.6]}
pruners:
  half: {class: SparsityLevelParameterPruner, levels: {exits.0.fc.weight: 0.5}}
quantizers:
  four: {class: QuantAwareTrainRangeLinearQuantizer, bits_weights: 4, bits_activations: 8}
policies:
  - {extension: {instance_name: early}, starting_epoch: 0, ending_epoch: 3, frequency: 1}
  - {pruner: {instance_name: half}, epochs: [1]}
  - {quantizer: {instance_name: four}, starting_epoch: 2, ending_epoch: 3, frequency: 1}
`;
  const { metrics, heads, last } = await trainText(text, 'exits.0.fc.weight');
  expect(heads).toBe(true);
  expect(metrics[1]!.parameters['exits.0.fc.weight']).toMatchObject({ size: 16, sparsity: 0.5, bits: 32 });
  expect(metrics[2]!.parameters['exits.0.fc.weight']).toMatchObject({ bits: 4 });
  expect(metrics[2]!.parameters['exits.0.fc.weight']!.sparsity).toBeGreaterThanOrEqual(0.5);
  expect(last).toMatchObject({ type: 'finished', result: { exits: [{ name: 'exit0' }, { name: 'last' }] } });
});
