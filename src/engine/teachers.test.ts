import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { networkParameters } from '../core/network.ts';
import { createRandom } from '../core/random.ts';
import type { TrainingEvent } from '../protocol/training-event.ts';
import { parseSchedule } from '../schedule/parse-schedule.ts';
import { findDataset, type PointDatasetDefinition } from '../zoo/datasets.ts';
import { createPointDataset } from '../zoo/toy-datasets.ts';
import { zoo } from '../zoo/zoo.ts';
import { useCpuBackend } from './backend-cpu.ts';
import { initialValues } from './device-parameters.ts';
import { divergence } from './distillation-policy.ts';
import type { GivenTeacher } from './teachers.ts';
import { TrainingSession } from './training-session.ts';

beforeAll(useCpuBackend);

const schedule = (teacher: string, extra = ''): string => `version: 1
training: {model: mlp_2d, dataset: moons, train_size: 64, validation_size: 50, epochs: 3, batch_size: 16${extra}}
extensions:
  learn: {class: KnowledgeDistillation, teacher: ${teacher}, teacher_epochs: 2, temperature: 2}
regularizers:
  small: {class: L1Regularizer, reg_regims: {fc2.weight: 0.001}}
policies:
  - extension: {instance_name: learn}
    epochs: [1, 2]
  - regularizer: {instance_name: small}
    epochs: [0, 1, 2]
`;

function createSession(text: string, { teacher, samples }: { teacher?: GivenTeacher; samples?: number } = {}) {
  const parsed = parseSchedule(text, zoo);
  if (!parsed.ok) throw new Error(parsed.diagnostics.map(({ message }) => message).join('\n'));
  const { training } = parsed.value;
  const events: TrainingEvent[] = [];
  const moons = findDataset('moons') as PointDatasetDefinition;
  const draw = (count: number) => createPointDataset(moons, count, createRandom(training.seed));
  const data = { ...draw(training.trainSize), ...(samples !== undefined && { teaching: draw(samples).train }) };
  const environment = { backend: 'cpu', adapter: 'test', software: true, versions: {} } as const;
  const session = new TrainingSession({
    ...{ runId: 'run', schedule: parsed.value, data, environment, emit: (event) => events.push(event) },
    ...(teacher && { teacher }),
  });
  return { session, events, network: parsed.value.network };
}

const partsOf = (events: readonly TrainingEvent[]): readonly (readonly string[])[] =>
  events.flatMap((event) => (event.type === 'epoch-end' ? [event.metrics.train.parts.map(({ name }) => name)] : []));

test('a teacher named as a model is trained first, with progress, and teaches in active epochs after all other policies', async () => {
  const before = tf.memory().numTensors;
  const { session, events } = createSession(schedule('mlp_2d'));
  await session.run();
  session.dispose();
  const steps = events.filter((event) => event.type === 'preparing').filter(({ what }) => what === 'teacher');
  expect(steps.at(-1)).toMatchObject({ done: 8, total: 8 });
  expect(events.findIndex(({ type }) => type === 'started')).toBeGreaterThan(events.indexOf(steps.at(-1)!));
  expect(partsOf(events)).toEqual([
    ['L1Regularizer_loss'],
    ['L1Regularizer_loss', 'Distill Loss'],
    ['L1Regularizer_loss', 'Distill Loss'],
  ]);
  expect(tf.memory().numTensors).toBe(before);
});

test('a teacher may see another number of samples than the student', async () => {
  const sized = (size: number) =>
    schedule('mlp_2d').replace('teacher_epochs: 2', `teacher_epochs: 2, teacher_size: ${size}`);
  const stepsOf = async (text: string, samples: number): Promise<readonly number[]> => {
    const { session, events } = createSession(text, { samples });
    await session.run();
    session.dispose();
    return [
      events.filter((event) => event.type === 'preparing').at(-1)!.total,
      ...events.flatMap((event) => (event.type === 'started' ? [event.stepsPerEpoch] : [])),
    ];
  };
  expect(await stepsOf(sized(160), 160)).toEqual([20, 4]);
  expect(await stepsOf(sized(32), 64)).toEqual([4, 4]);
});

test('a run that is stopped while its teacher trains says so and keeps no tensors', async () => {
  const before = tf.memory().numTensors;
  const { session, events } = createSession(schedule('mlp_2d'));
  const ended = session.run();
  session.stop();
  await ended;
  session.dispose();
  expect(events.at(-1)).toEqual({ type: 'stopped', runId: 'run' });
  expect(events.some(({ type }) => type === 'started')).toBe(false);
  expect(tf.memory().numTensors).toBe(before);
});

test('a teacher that cannot learn ends the run with a word about it', async () => {
  const { session, events } = createSession(schedule('mlp_2d', ', optimizer: {class: SGD, lr: 1000, weight_decay: 1}'));
  await session.run();
  session.dispose();
  const failed = events.at(-1);
  expect(failed).toMatchObject({ type: 'failed', failure: { kind: 'diverged' } });
  expect(failed).toHaveProperty('failure.message', expect.stringContaining('teacher mlp_2d'));
});

test('a finished run teaches by the values it is given, and must be given', async () => {
  expect(() => createSession(schedule('run'))).toThrow('Choose a finished run');
  const { network } = createSession(schedule('mlp_2d'));
  const values = new Map(networkParameters(network).map((spec) => [spec.name, initialValues(spec, createRandom(9))]));
  const { session, events } = createSession(schedule('run'), { teacher: { network, values } });
  await session.run();
  session.dispose();
  expect(partsOf(events)[1]).toContain('Distill Loss');
  expect(events.some((event) => event.type === 'preparing')).toBe(false);
});

test('nobody who knows the answer diverges from it', () => {
  const logits = tf.tensor2d([1, 2, 3, -1, 0, 5], [2, 3]);
  expect(divergence(logits, () => logits, 3).arraySync()).toBeCloseTo(0, 6);
  const gradient = tf.grad((student: tf.Tensor) => divergence(student, () => logits, 3))(logits);
  expect(Math.max(...gradient.dataSync().map(Math.abs))).toBeCloseTo(0, 6);
});
