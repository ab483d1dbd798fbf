import { expect, test } from 'vitest';
import { networkParameters } from '../core/network.ts';
import type { NamedTensor, TrainingEvent } from '../protocol/training-event.ts';
import { findModel } from '../zoo/models.ts';
import { sendSchedule } from '../schedule/send-schedule.ts';
import { zoo } from '../zoo/zoo.ts';
import { TrainingHost } from './training-host.ts';

const plain = `version: 1
training: {model: mlp_2d, dataset: moons, train_size: 64, validation_size: 50, epochs: 1, batch_size: 16}
policies: []
`;
const learning = plain.replace(
  'policies: []',
  `extensions:
  learn: {class: KnowledgeDistillation, teacher: run}
policies:
  - extension: {instance_name: learn}
    epochs: [0]`,
);

/** Trains texts one after the other in one worker; returns the end of the last run and its parts of the loss. */
async function trainAll(
  texts: readonly string[],
  teacher?: { model: string; parameters: readonly NamedTensor[] } | null,
) {
  const events: TrainingEvent[] = [];
  let onEnd: (() => void) | null = null;
  const host = new TrainingHost((event) => {
    events.push(event);
    if (event.type === 'finished' || event.type === 'failed') onEnd?.();
  });
  for (const [index, text] of texts.entries()) {
    const ended = new Promise<void>((resolve) => (onEnd = resolve));
    const schedule = sendSchedule(text, zoo);
    const start = {
      type: 'start',
      runId: String(index),
      schedule,
      dataUrl: 'http://localhost/',
      paused: false,
    } as const;
    host.handle({ ...start, ...(teacher !== undefined && { teacher }) });
    await ended;
  }
  const parts = events.flatMap((event) => (event.type === 'epoch-end' ? event.metrics.train.parts : []));
  return { end: events.at(-1)!, parts: parts.map(({ name }) => name) };
}

test('the run before teaches where a policy wants a finished run', async () => {
  const { end, parts } = await trainAll([plain, learning]);
  expect(end.type).toBe('finished');
  expect(parts).toEqual(['Distill Loss']);
});

test('without a run before, the run fails with the way out', async () => {
  const { end } = await trainAll([learning]);
  expect(end).toMatchObject({ type: 'failed', failure: { kind: 'invalid-schedule' } });
  expect(JSON.stringify(end)).toContain('Train one first');
});

test('the run before does not teach if the page says that none does', async () => {
  const { end } = await trainAll([plain, learning], null);
  expect(end).toMatchObject({ type: 'failed', failure: { kind: 'invalid-schedule' } });
});

test('a run that the page sends teaches, also a thinned one', async () => {
  const network = findModel('mlp_2d')!.build({ classCount: 2 });
  const [width = 0] = networkParameters(network).find(({ name }) => name === 'fc1.bias')!.shape;
  const shapeOf = (shape: readonly number[], layer: string, axis: number): readonly number[] =>
    shape.map((length, at) => (layer !== 'fc3' && at === axis && length === width ? width - 1 : length));
  const parameters = networkParameters(network).map(({ name, layer, shape }) => {
    const own =
      layer === 'fc1' ? shapeOf(shape, layer, shape.length - 1) : shapeOf(shape, layer, shape.length === 2 ? 0 : 9);
    return { name, shape: own, values: new Float32Array(own.reduce((size, length) => size * length, 1)).fill(0.1) };
  });
  const { end, parts } = await trainAll([learning], { model: 'mlp_2d', parameters });
  expect(end.type).toBe('finished');
  expect(parts).toEqual(['Distill Loss']);
});

test('a run on other data that the page sends is refused with the way out', async () => {
  const parameters = [{ name: 'conv1.weight', shape: [1], values: new Float32Array(1) }];
  const { end } = await trainAll([learning], { model: 'cnn_mnist', parameters });
  expect(end).toMatchObject({ type: 'failed', failure: { kind: 'invalid-schedule' } });
  expect(JSON.stringify(end)).toContain('other data');
});
