import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import type { Layer, Network } from '../core/network.ts';
import { createRandom } from '../core/random.ts';
import type { TrainingEvent } from '../protocol/training-event.ts';
import { parseSchedule } from '../schedule/parse-schedule.ts';
import { useCpuBackend } from './backend-cpu.ts';
import { TrainingSession } from './training-session.ts';

beforeAll(useCpuBackend);

const convolution = (name: string, inChannels: number, inputs?: readonly string[]): Layer => ({
  ...{ name, kind: 'conv2d', inChannels, outChannels: 4, kernelSize: [3, 3], stride: 1, padding: 1, bias: false },
  ...(inputs && { inputs }),
});
const norm = (name: string): Layer => ({ name, kind: 'batch-norm', features: 4, epsilon: 1e-5, momentum: 0.1 });

/** conv1 and conv3 are added; conv2 lies between, and behind it a depthwise layer that hands its filters on. */
const network: Network = {
  name: 'small',
  inputShape: [4, 4, 1],
  layers: [
    convolution('conv1', 1),
    norm('bn1'),
    { name: 'relu1', kind: 'relu' },
    convolution('conv2', 4),
    norm('bn2'),
    { name: 'relu2', kind: 'relu' },
    {
      ...{ name: 'depth', kind: 'depthwise-conv2d', channels: 4 },
      ...{ kernelSize: [3, 3], stride: 1, padding: 1, bias: true },
    },
    norm('bn3'),
    convolution('conv3', 4),
    { name: 'add', kind: 'add', inputs: ['conv3', 'relu1'] },
    { name: 'flatten', kind: 'flatten' },
    { name: 'fc', kind: 'dense', inFeatures: 64, outFeatures: 2, bias: true },
  ],
};
const zoo = {
  models: [{ name: 'small', summary: '', inputShape: [4, 4, 1], build: () => network }],
  datasets: [{ name: 'dots', summary: '', inputShape: [4, 4, 1], classCount: 2, trainSize: 16, testSize: 16 }],
};

const random = createRandom(4);
const samples = () => ({
  count: 16,
  inputs: Uint8Array.from({ length: 16 * 16 }, () => random.integer(256)),
  labels: Uint8Array.from({ length: 16 }, (_, index) => index % 2),
});
const data = { train: samples(), test: samples(), mean: 0.5, std: 0.3 };

async function train(
  optimizer: string,
  pruners: string,
  policies: string,
  keepSession?: (session: TrainingSession) => Promise<void>,
): Promise<readonly TrainingEvent[]> {
  const text = `version: 1
training: {model: small, dataset: dots, epochs: 4, train_size: 16, validation_size: 16, batch_size: 8, optimizer: {${optimizer}}}
pruners:
${pruners}
extensions:
  cut: {class: FilterRemover, thinning_func_str: remove_filters, arch: small, dataset: dots}
policies:
${policies}
`;
  const parsed = parseSchedule(text, zoo);
  if (!parsed.ok) throw new Error(parsed.diagnostics.map(({ message }) => message).join('\n'));
  const events: TrainingEvent[] = [];
  const environment = { backend: 'cpu', adapter: 'test', software: true, versions: {} } as const;
  const schedule = parsed.value;
  const session = new TrainingSession({
    runId: 'run',
    schedule,
    data,
    environment,
    emit: (event) => events.push(event),
  });
  await session.run();
  await keepSession?.(session);
  session.dispose();
  return events;
}

const half = (weights: string, group = ''): string =>
  `  half: {class: L1RankedStructureParameterPruner, group_type: Filters, desired_sparsity: 0.5, weights: [${weights}]${group}}`;
const element = '  fine: {class: SparsityLevelParameterPruner, levels: {conv2.weight: 0.5, fc.weight: 0.5}}';
const policy = (kind: string, name: string, epochs: string): string =>
  `  - ${kind}: {instance_name: ${name}}\n    epochs: [${epochs}]`;

const marks = (events: readonly TrainingEvent[]): readonly string[] =>
  events.flatMap((event) => (event.type === 'epoch-end' ? event.metrics.events.map(({ what }) => what) : []));

test.each(['class: SGD, lr: 0.05, momentum: 0.9', 'class: Adam, lr: 0.01'])(
  'filters are pruned, cut out, and training goes on with the smaller network (%s)',
  async (optimizer) => {
    const before = tf.memory().numTensors;
    const policies = [
      policy('pruner', 'half', '0, 1'),
      policy('extension', 'cut', '1'),
      policy('pruner', 'fine', '2, 3'),
    ];
    const shapes = new Map<string, readonly number[]>();
    const events = await train(
      optimizer,
      `${half('conv2.weight')}\n${element}`,
      policies.join('\n'),
      async (session) => {
        for (const { name, shape } of await session.readWeights()) shapes.set(name, shape);
      },
    );
    expect(tf.memory().numTensors).toBe(before);
    expect(marks(events)).toContain('thins');
    const changed = events.filter((event) => event.type === 'network-changed');
    expect(changed).toHaveLength(1);
    expect(changed[0]!.parameters.find(({ name }) => name === 'conv2.weight')?.shape).toEqual([3, 3, 4, 2]);
    expect(Object.fromEntries(shapes)).toMatchObject({
      'conv2.weight': [3, 3, 4, 2],
      'bn2.weight': [2],
      'bn2.running_var': [2],
      'depth.weight': [3, 3, 1, 2],
      'depth.bias': [2],
      'bn3.running_mean': [2],
      'conv3.weight': [3, 3, 2, 4],
      'conv1.weight': [3, 3, 1, 4],
    });
    const ends = events.filter((event) => event.type === 'epoch-end').map(({ metrics }) => metrics.parameters);
    expect(ends.map((parameters) => parameters['conv2.weight']!.size)).toEqual([144, 72, 72, 72]);
    expect(ends.map((parameters) => parameters['conv2.weight']!.sparsity)).toEqual([0.5, 0, 0.5, 0.5]);
    expect(events.at(-1)).toMatchObject({ type: 'finished' });
  },
);

test('filters that are added but differ are refused with a reason, and training goes on', async () => {
  const policies = [policy('pruner', 'half', '0, 1'), policy('extension', 'cut', '1')].join('\n');
  const events = await train('class: SGD, lr: 0.05, momentum: 0.9', half('conv1.weight'), policies);
  const refusal = events
    .flatMap((event) => (event.type === 'epoch-end' ? event.metrics.events : []))
    .find(({ what }) => what === 'not-thinned');
  expect(refusal?.message).toContain('conv3.weight');
  expect(events.some(({ type }) => type === 'network-changed')).toBe(false);
  expect(events.at(-1)).toMatchObject({ type: 'finished' });
});

test('a leader that is cut takes its map anew', async () => {
  const pruner = half('conv1.weight, conv3.weight', ', group_dependency: Leader');
  const policies = [policy('pruner', 'half', '0, 1, 2'), policy('extension', 'cut', '1')].join('\n');
  const events = await train('class: SGD, lr: 0.05, momentum: 0.9', pruner, policies);
  const ends = events.filter((event) => event.type === 'epoch-end').map(({ metrics }) => metrics.parameters);
  expect(ends.map((parameters) => parameters['conv3.weight']!.size)).toEqual([144, 72, 72, 72]);
  expect(ends[2]!['conv3.weight']!.sparsity).toBe(0.5);
});
