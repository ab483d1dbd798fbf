import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { createRandom } from '../core/random.ts';
import type { Environment, TrainingEvent } from '../protocol/training-event.ts';
import { parseSchedule } from '../schedule/parse-schedule.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { findDataset, type PointDatasetDefinition } from '../zoo/datasets.ts';
import { createPointDataset } from '../zoo/toy-datasets.ts';
import { zoo } from '../zoo/zoo.ts';
import { useCpuBackend } from './backend-cpu.ts';
import { TrainingSession } from './training-session.ts';

beforeAll(useCpuBackend);

const environment: Environment = { backend: 'cpu', adapter: 'test', software: true, versions: {} };

const training = (keys: string): string => `version: 1
training: {model: mlp_2d, dataset: moons, train_size: 64, validation_size: 50, epochs: 3, batch_size: 16, ${keys}}
`;
const noPolicies = 'policies: []\n';
const pruning = `pruners:
  gradual: {class: AutomatedGradualPruner, initial_sparsity: 0.1, final_sparsity: 0.75, weights: [fc2.weight]}
policies:
  - pruner: {instance_name: gradual}
    starting_epoch: 0
    ending_epoch: 3
    frequency: 1
`;
const pruningAndQuantization = `pruners:
  gradual: {class: AutomatedGradualPruner, initial_sparsity: 0.1, final_sparsity: 0.75, weights: [fc2.weight]}
quantizers:
  low: {class: QuantAwareTrainRangeLinearQuantizer, bits_activations: 8, bits_weights: 4}
policies:
  - pruner: {instance_name: gradual}
    starting_epoch: 0
    ending_epoch: 3
    frequency: 1
  - quantizer: {instance_name: low}
    starting_epoch: 1
    ending_epoch: 3
    frequency: 1
`;

function scheduleOf(text: string): Schedule {
  const parsed = parseSchedule(text, zoo);
  if (!parsed.ok) throw new Error(parsed.diagnostics.map(({ message }) => message).join('\n'));
  return parsed.value;
}

function createSession(
  text: string,
  emit: (event: TrainingEvent) => void,
  options: { readonly paused?: boolean } = {},
): TrainingSession {
  const schedule = scheduleOf(text);
  const dataset = findDataset(schedule.training.dataset) as PointDatasetDefinition;
  const data = createPointDataset(dataset, schedule.training.trainSize, createRandom(schedule.training.seed));
  return new TrainingSession({ runId: 'run', schedule, data, environment, emit, ...options });
}

async function trainToEnd(text: string): Promise<readonly TrainingEvent[]> {
  const events: TrainingEvent[] = [];
  const session = createSession(text, (event) => events.push(event));
  await session.run();
  session.dispose();
  return events;
}

function ofType<Type extends TrainingEvent['type']>(
  events: readonly TrainingEvent[],
  type: Type,
): Extract<TrainingEvent, { type: Type }>[] {
  return events.filter((event): event is Extract<TrainingEvent, { type: Type }> => event.type === type);
}

/** Without what a clock says. */
function curve(events: readonly TrainingEvent[]): unknown {
  return ofType(events, 'epoch-end').map(({ metrics: { durationMs: _, ...metrics } }) => metrics);
}

test('a run starts, ends its epochs and finishes with a result on the whole test set', async () => {
  const events = await trainToEnd(training('optimizer: {class: SGD, lr: 0.1, momentum: 0.9}') + noPolicies);
  expect(events[0]).toMatchObject({ type: 'started', model: 'mlp_2d', epochs: 3, stepsPerEpoch: 4 });
  expect(ofType(events, 'epoch-end').map(({ metrics }) => metrics.epoch)).toEqual([0, 1, 2]);
  expect(events.at(-1)).toMatchObject({
    type: 'finished',
    result: { testSize: 2000, sparsity: 0, prunedSparsity: null },
  });
});

test('every step of an epoch is reported once, in order', async () => {
  const events = await trainToEnd(training('seed: 5') + noPolicies);
  const steps = ofType(events, 'progress').flatMap(({ samples }) => samples.map(({ epoch, step }) => [epoch, step]));
  expect(steps).toEqual([0, 1, 2].flatMap((epoch) => [0, 1, 2, 3].map((step) => [epoch, step])));
});

test('the last short batch is trained too', async () => {
  const text = training('seed: 1').replace('train_size: 64', 'train_size: 50') + noPolicies;
  expect((await trainToEnd(text))[0]).toMatchObject({ stepsPerEpoch: 4 });
});

test('the same schedule gives the same curve, another seed another one', async () => {
  const first = curve(await trainToEnd(training('seed: 7') + pruning));
  expect(curve(await trainToEnd(training('seed: 7') + pruning))).toEqual(first);
  expect(curve(await trainToEnd(training('seed: 8') + pruning))).not.toEqual(first);
});

test('where there is no WebGPU, half precision is asked for in vain: the same curve in f32, marked, with the reason', async () => {
  const asked = await trainToEnd(training('seed: 7, precision: f16') + pruning);
  expect(asked[0]).toMatchObject({ environment: { precision: 'f32', precisionProblem: 'no-webgpu' } });
  const plain = await trainToEnd(training('seed: 7') + pruning);
  expect(ofType(plain, 'started')[0]!.environment).toEqual(environment);
  expect(curve(asked)).toEqual((curve(plain) as readonly object[]).map((epoch) => ({ ...epoch, precision: 'f32' })));
});

test('a small set is overfitted', async () => {
  const text = training('optimizer: {class: Adam, lr: 0.02}').replace('epochs: 3', 'epochs: 60') + noPolicies;
  const last = ofType(await trainToEnd(text), 'epoch-end').at(-1)!.metrics;
  expect(last.train.top1).toBeGreaterThan(0.95);
  expect(last.train.loss).toBeLessThan(0.2);
});

test('gradual pruning reaches its target, and the weights stay pruned', async () => {
  const events = await trainToEnd(training('seed: 2') + pruning);
  const sparsities = ofType(events, 'epoch-end').map(({ metrics }) => metrics.parameters['fc2.weight']!.sparsity);
  expect(sparsities[0]).toBeCloseTo(0.1, 1);
  expect(sparsities.at(-1)).toBe(0.75);
  expect(events.at(-1)).toMatchObject({ type: 'finished', result: { prunedSparsity: 0.75 } });
});

test('pruning and quantization-aware training work together', async () => {
  const events = await trainToEnd(training('seed: 2') + pruningAndQuantization);
  const epochs = ofType(events, 'epoch-end').map(({ metrics }) => metrics);
  expect(epochs.map(({ parameters }) => parameters['fc2.weight']!.bits)).toEqual([32, 4, 4]);
  expect(epochs.map(({ activations }) => activations['relu1']!.bits)).toEqual([32, 8, 8]);
  const last = epochs.at(-1)!;
  expect(epochs[0]!.parameters['fc2.weight']!.quantization).toBeUndefined();
  expect(last.parameters['fc2.weight']!.quantization).toMatchObject({ zeroPoint: 0, channels: 1 });
  expect(last.parameters['fc2.weight']!.quantization!.scale).toBeGreaterThan(0);
  const { tracked_min: low, tracked_max: high } = last.activations['relu1']!.scalars!;
  expect(low).toBe(0);
  expect(high).toBeGreaterThan(0);
  expect(epochs.at(-1)!.parameters['fc2.weight']!.sparsity).toBe(0.75);
  expect(epochs.every(({ train }) => Number.isFinite(train.loss))).toBe(true);
});

test('a diverging run says so, with the way out', async () => {
  const events = await trainToEnd(
    training('optimizer: {class: SGD, lr: 1000.0, weight_decay: 1.0}').replace('epochs: 3', 'epochs: 20') + noPolicies,
  );
  expect(events.at(-1)).toMatchObject({ type: 'failed', failure: { kind: 'diverged' } });
});

describe('tensors', () => {
  test.each([
    ['dense', noPolicies],
    ['pruned', pruning],
    ['pruned and quantized', pruningAndQuantization],
  ])('a %s run leaks none', async (_, policies) => {
    const before = tf.memory().numTensors;
    await trainToEnd(training('seed: 3') + policies);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('a run that is stopped half-way leaks none', async () => {
    const before = tf.memory().numTensors;
    const session = createSession(training('seed: 3') + pruning, (event) => {
      if (event.type === 'progress') session.stop();
    });
    await session.run();
    session.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

test('the weights that inference uses can be read after the end', async () => {
  const session = createSession(training('seed: 2') + pruningAndQuantization, () => undefined);
  await session.run();
  const kernel = (await session.readWeights()).find(({ name }) => name === 'fc2.weight')!;
  expect(kernel.shape).toEqual([8, 8]);
  expect(kernel.values.filter((value) => value === 0).length).toBeGreaterThanOrEqual(48);
  expect(new Set(kernel.values).size).toBeLessThanOrEqual(16);
  session.dispose();
});

describe('commands', () => {
  /** Runs with a reaction to each event; the run must end by itself. */
  async function react(
    text: string,
    reaction: (session: TrainingSession, event: TrainingEvent) => void,
    paused = false,
  ): Promise<readonly TrainingEvent[]> {
    const events: TrainingEvent[] = [];
    const session = createSession(
      text,
      (event) => {
        events.push(event);
        reaction(session, event);
      },
      { paused },
    );
    await session.run();
    session.dispose();
    return events;
  }
  const text = training('seed: 4') + pruning;

  test('a paused run waits before its first minibatch, and resumes to the same curve', async () => {
    const events = await react(
      text,
      (session, event) => {
        if (event.type === 'paused') session.resume();
      },
      true,
    );
    expect(ofType(events, 'paused')).toMatchObject([{ epoch: 0, step: 0 }]);
    expect(ofType(events, 'resumed')).toHaveLength(1);
    expect(curve(events)).toEqual(curve(await trainToEnd(text)));
  });

  test('stepping by minibatches trains one at a time', async () => {
    let commands = 0;
    const events = await react(
      text,
      (session, event) => {
        if (event.type !== 'paused') return;
        commands++;
        if (commands <= 5) session.step('minibatch');
        else session.stop();
      },
      true,
    );
    expect(ofType(events, 'paused').map(({ epoch, step }) => [epoch, step])).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
      [0, 3],
      [1, 0],
      [1, 1],
    ]);
    expect(events.at(-1)!.type).toBe('stopped');
  });

  test('stepping by epochs pauses before the next one', async () => {
    const events = await react(
      text,
      (session, event) => {
        if (event.type === 'paused') session.step('epoch');
      },
      true,
    );
    expect(ofType(events, 'paused').map(({ epoch, step }) => [epoch, step])).toEqual([
      [0, 0],
      [1, 0],
      [2, 0],
    ]);
    expect(curve(events)).toEqual(curve(await trainToEnd(text)));
  });

  test('a stopped run says so and ends', async () => {
    const events = await react(text, (session, event) => {
      if (event.type === 'epoch-end') session.stop();
    });
    expect(ofType(events, 'epoch-end')).toHaveLength(1);
    expect(events.at(-1)!.type).toBe('stopped');
  });
});
