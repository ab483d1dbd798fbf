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
const zoo = {
  models: [{ name: 'branched', summary: '', inputShape: [4], build: () => network }],
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
  const parsed = parseSchedule(text, zoo);
  if (!parsed.ok) throw new Error(parsed.diagnostics.map(({ message }) => message).join('\n'));
  const events: TrainingEvent[] = [];
  const environment = { backend: 'cpu', adapter: 'test', software: true, versions: {} } as const;
  const before = tf.memory().numTensors;
  const session = new TrainingSession({
    ...{ runId: 'run', schedule: parsed.value, data, environment, emit: (event) => events.push(event) },
  });
  const first = (await session.readWeights()).find(({ name }) => name === 'head.weight')!.values;
  await session.run();
  const after = (await session.readWeights()).find(({ name }) => name === 'head.weight')!.values;
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
