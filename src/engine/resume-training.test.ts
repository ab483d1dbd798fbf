import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { fromHalfFloats } from '../core/half-float.ts';
import { createRandom } from '../core/random.ts';
import type { Checkpoint } from '../protocol/epoch-memory.ts';
import type { TrainingEvent } from '../protocol/training-event.ts';
import { parseSchedule } from '../schedule/parse-schedule.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { findDataset } from '../zoo/datasets.ts';
import { createPointDataset } from '../zoo/toy-datasets.ts';
import { zoo } from '../zoo/zoo.ts';
import { useCpuBackend } from './backend-cpu.ts';
import type { SampleSet } from './batches.ts';
import type { TrainingData } from './session-options.ts';
import { TrainingSession } from './training-session.ts';

beforeAll(useCpuBackend);

const training = (optimizer: string, epochs = 5): string => `version: 1
training: {model: mlp_2d, dataset: moons, train_size: 72, validation_size: 50, epochs: ${String(epochs)}, batch_size: 16, optimizer: ${optimizer}}
`;
const sgd = '{class: SGD, lr: 0.1, momentum: 0.9, weight_decay: 0.001}';

const everything = `pruners:
  gradual: {class: AutomatedGradualPruner, initial_sparsity: 0.1, final_sparsity: 0.75, weights: [fc2.weight]}
quantizers:
  learned: {class: PACTQuantizer, act_clip_init_val: 6.0, bits_activations: 4, bits_weights: 4}
lr_schedulers:
  plateau: {class: ReduceLROnPlateau, mode: max, factor: 0.5, patience: 0}
policies:
  - pruner: {instance_name: gradual, args: {mask_on_forward_only: true, keep_mask: true, mask_gradients: true}}
    starting_epoch: 0
    ending_epoch: 3
    frequency: 1
  - quantizer: {instance_name: learned}
    starting_epoch: 2
    ending_epoch: 5
    frequency: 1
  - lr_scheduler: {instance_name: plateau}
    starting_epoch: 0
    ending_epoch: 5
    frequency: 1
`;
const tracked = `quantizers:
  low: {class: QuantAwareTrainRangeLinearQuantizer, bits_activations: 8, bits_weights: 4}
policies:
  - quantizer: {instance_name: low}
    starting_epoch: 1
    ending_epoch: 5
    frequency: 1
`;
/** Random masks, and pruners that rank by what they saw in the epoch before. */
const bySight = `version: 1
training: {model: cnn_mnist, dataset: mnist, train_size: 16, validation_size: 8, epochs: 3, batch_size: 8}
pruners:
  steep: {class: GradientRankedFilterPruner, group_type: Filters, desired_sparsity: 0.25, weights: [conv2.weight]}
  dead: {class: ActivationAPoZRankedFilterPruner, group_type: Filters, desired_sparsity: 0.5, weights: [conv1.weight]}
  dice: {class: RandomLevelStructureParameterPruner, group_type: Rows, sparsity_range: [0.1, 0.4], weights: [fc2.weight]}
policies:
  - pruner: {instance_name: steep}
    epochs: [1, 2]
  - pruner: {instance_name: dead}
    epochs: [2]
  - pruner: {instance_name: dice}
    starting_epoch: 0
    ending_epoch: 3
    frequency: 1
`;

function createSession(text: string, emit: (event: TrainingEvent) => void, from?: Checkpoint): TrainingSession {
  const parsed = parseSchedule(text, zoo);
  if (!parsed.ok) throw new Error(parsed.diagnostics.map(({ message }) => message).join('\n'));
  const schedule = parsed.value;
  const data = dataOf(schedule.training);
  const environment = { backend: 'cpu', adapter: 'test', software: true, versions: {} } as const;
  return new TrainingSession({ runId: 'run', schedule, data, environment, emit, keepsEpochs: true, from });
}

function dataOf({ dataset, trainSize, seed }: Schedule['training']): TrainingData {
  const definition = findDataset(dataset)!;
  if (definition.kind === 'points') return createPointDataset(definition, trainSize, createRandom(seed));
  const random = createRandom(seed);
  const images = (count: number): SampleSet => ({
    inputs: Uint8Array.from({ length: count * 784 }, () => random.integer(256)),
    labels: Uint8Array.from({ length: count }, () => random.integer(10)),
    count,
  });
  return { mean: 0.13, std: 0.31, train: images(trainSize), test: images(8) };
}

async function train(text: string, from?: Checkpoint) {
  const events: TrainingEvent[] = [];
  const session = createSession(text, (event) => events.push(event), from);
  await session.run();
  const weights = await session.readWeights();
  session.dispose();
  const failure = events.find(({ type }) => type === 'failed');
  if (failure) throw new Error(JSON.stringify(failure));
  return {
    weights,
    curve: events.flatMap((event) => {
      if (event.type !== 'epoch-end') return [];
      const { durationMs: _, ...metrics } = event.metrics;
      return [metrics];
    }),
    kept: events.flatMap((event) => (event.type === 'epoch-kept' ? [event] : [])),
    started: events.find((event) => event.type === 'started')!,
  };
}

describe('a run that goes on from an epoch is the uninterrupted one', () => {
  test.each([
    ['dense', training(sgd) + 'policies: []\n'],
    ['Adam', training('{class: Adam, lr: 0.02}') + 'policies: []\n'],
    ['pruned, quantized with learned clips, the rate lowered by a plateau', training(sgd) + everything],
    ['quantized by tracked ranges', training(sgd) + tracked],
  ])('%s', async (_, text) => {
    const whole = await train(text);
    for (const { checkpoint } of whole.kept.slice(0, -1)) {
      const rest = await train(text, checkpoint);
      expect(rest.started.firstEpoch).toBe(checkpoint.epoch);
      expect(rest.curve).toEqual(whole.curve.slice(checkpoint.epoch));
      expect(rest.weights).toEqual(whole.weights);
    }
  });
});

test('an edited schedule changes what comes after the fork only', async () => {
  const text = training(sgd) + everything;
  const whole = await train(text);
  const edited = await train(text.replace('final_sparsity: 0.75', 'final_sparsity: 0.5'), whole.kept[0]!.checkpoint);
  expect(edited.curve.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
  expect(edited.curve.at(-1)!.parameters['fc2.weight']!.sparsity).toBe(0.5);
});

test('a schedule may have another optimizer from there on, and more epochs', async () => {
  const whole = await train(training(sgd, 2) + 'policies: []\n');
  const rest = await train(training('{class: Adam, lr: 0.01}', 4) + 'policies: []\n', whole.kept[1]!.checkpoint);
  expect(rest.curve.map(({ epoch, learningRate }) => [epoch, learningRate])).toEqual([
    [2, 0.01],
    [3, 0.01],
  ]);
});

test('it says why it cannot go on', async () => {
  const { kept } = await train(training(sgd, 2) + 'policies: []\n');
  const from = kept[1]!.checkpoint;
  expect(() => createSession(training(sgd, 2) + 'policies: []\n', () => undefined, from)).toThrow(/Raise `epochs`/);
  const other = { ...from, values: from.values.slice(1) };
  expect(() => createSession(training(sgd, 3) + 'policies: []\n', () => undefined, other)).toThrow(/another network/);
});

test('an epoch is kept in about two bytes a weight, with masks, levels and answers', async () => {
  const { kept, curve } = await train(training(sgd) + everything);
  const { snapshot } = kept[3]!;
  const tensor = snapshot.tensors.find(({ name }) => name === 'fc2.weight')!;
  expect(fromHalfFloats(tensor.halves)).toHaveLength(64);
  expect(tensor.mask).toHaveLength(8);
  expect(tensor.quantized!.levels.length).toBeLessThanOrEqual(16);
  expect(kept[0]!.snapshot.tensors[0]).not.toHaveProperty('quantized');
  const { answers } = kept.at(-1)!.snapshot;
  const right = answers!.labels.filter((label, at) => label === answers!.answers[at]).length;
  expect(right / 50).toBeCloseTo(curve.at(-1)!.validation.top1, 6);
  expect(kept.at(-1)!.snapshot.activationSparsity).toHaveProperty('relu1');
});

test('the mask tells how many weights it took', async () => {
  const { curve } = await train(training(sgd) + everything);
  const changes = curve.map(({ parameters }) => parameters['fc2.weight']!.maskChange);
  expect(changes[0]).toEqual({ went: 6, came: 0 });
  expect(changes.at(-1)).toEqual({ went: 0, came: 0 });
  const net = changes.reduce((sum, change) => sum + change!.went - change!.came, 0);
  expect(net).toBe(48);
});

test('keeping epochs leaks no tensors', async () => {
  const before = tf.memory().numTensors;
  const { kept } = await train(training(sgd) + everything);
  await train(training(sgd) + everything, kept[1]!.checkpoint);
  expect(tf.memory().numTensors).toBe(before);
});

test('what pruners saw, and what they draw, is the same after a fork', async () => {
  const whole = await train(bySight);
  const notes = whole.curve.flatMap(({ events }) => events.filter(({ what }) => what === 'not-pruned'));
  expect(notes).toEqual([]);
  const rest = await train(bySight, whole.kept[1]!.checkpoint);
  expect(rest.curve).toEqual(whole.curve.slice(2));
  expect(whole.kept[0]!.snapshot.gradientSparsity).toHaveProperty('conv2.weight');
}, 60_000);
