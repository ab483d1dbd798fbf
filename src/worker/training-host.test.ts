import { expect, test } from 'vitest';
import type { PageMessage } from '../protocol/page-message.ts';
import type { TrainingEvent } from '../protocol/training-event.ts';
import { sendSchedule } from '../schedule/send-schedule.ts';
import { zoo } from '../zoo/zoo.ts';
import { TrainingHost } from './training-host.ts';

const text = (epochs: number): string => `version: 1
training: {model: mlp_2d, dataset: moons, train_size: 64, validation_size: 50, epochs: ${epochs}, batch_size: 16}
policies: []
`;

const start = (runId: string, body: string, paused = false): PageMessage => ({
  type: 'start',
  runId,
  schedule: sendSchedule(body, zoo),
  dataUrl: 'http://localhost/data/',
  paused,
});

/** A host with its events, and a wait for the first one that answers a question. */
function createHost() {
  const events: TrainingEvent[] = [];
  const waiting: { readonly isIt: (event: TrainingEvent) => boolean; readonly resolve: () => void }[] = [];
  const host = new TrainingHost((event) => {
    events.push(event);
    for (const { isIt, resolve } of waiting) if (isIt(event)) resolve();
  });
  const until = (isIt: (event: TrainingEvent) => boolean): Promise<void> =>
    new Promise((resolve) => {
      waiting.push({ isIt, resolve });
      if (events.some(isIt)) resolve();
    });
  return { host, events, until };
}

const ends = (runId: string) => (event: TrainingEvent) =>
  ['finished', 'stopped', 'failed'].includes(event.type) && 'runId' in event && event.runId === runId;

test('a probe is answered with the device and why it is not WebGPU', async () => {
  const { host, events, until } = createHost();
  host.handle({ type: 'probe' });
  await until(({ type }) => type === 'environment');
  expect(events[0]).toMatchObject({ environment: { backend: 'cpu', webgpuProblem: 'no-api', software: true } });
});

test('a run goes from preparing to finished', async () => {
  const { host, events, until } = createHost();
  host.handle(start('a', text(2)));
  await until(ends('a'));
  const types = [...new Set(events.map(({ type }) => type))];
  expect(types).toEqual(['preparing', 'environment', 'started', 'progress', 'epoch-end', 'finished']);
});

test('a schedule that cannot be read fails with its line', async () => {
  const { host, events, until } = createHost();
  host.handle(start('a', 'version: 1\npolicies:\n  - pruner: {instance_name: none}\n    epochs: [0]\n'));
  await until(ends('a'));
  expect(events.at(-1)).toMatchObject({ type: 'failed', failure: { kind: 'invalid-schedule' } });
  expect(JSON.stringify(events.at(-1))).toContain('Line 3');
});

test('data that cannot be had is a failure that names the dataset', async () => {
  const { host, events, until } = createHost();
  host.handle({ ...start('a', 'version: 1\npolicies: []\n'), dataUrl: 'http://127.0.0.1:9/' } as PageMessage);
  await until(ends('a'));
  expect(events.at(-1)).toMatchObject({ type: 'failed', failure: { kind: 'data-unavailable', dataset: 'mnist' } });
});

test('a new run ends the one before, and commands for that one are dropped', async () => {
  const { host, events, until } = createHost();
  host.handle(start('a', text(500)));
  await until(({ type }) => type === 'epoch-end');
  host.handle(start('b', text(1)));
  host.handle({ type: 'stop', runId: 'a' });
  await until(ends('b'));
  const ended = events.filter((event) => ends('a')(event) || ends('b')(event));
  expect(ended).toMatchObject([
    { type: 'stopped', runId: 'a' },
    { type: 'finished', runId: 'b' },
  ]);
});

test('commands that come while a run is prepared wait for it', async () => {
  const { host, events, until } = createHost();
  host.handle(start('a', text(3), true));
  host.handle({ type: 'step', runId: 'a', unit: 'epoch' });
  await until(({ type }) => type === 'paused');
  expect(events.at(-1)).toMatchObject({ epoch: 1, step: 0 });
  host.handle({ type: 'stop', runId: 'a' });
  await until(ends('a'));
  expect(events.at(-1)?.type).toBe('stopped');
});

test('weights can be read after the end of a run', async () => {
  const { host, events, until } = createHost();
  host.handle(start('a', text(1)));
  await until(ends('a'));
  host.handle({ type: 'read-weights', runId: 'a' });
  await until(({ type }) => type === 'weights');
  const weights = events.find((event) => event.type === 'weights')!;
  expect(weights.parameters.map(({ name }) => name)).toContain('fc3.bias');
});

test('weights that were asked for are read before the next run frees them', async () => {
  const { host, events, until } = createHost();
  host.handle(start('a', text(1)));
  await until(ends('a'));
  host.handle({ type: 'read-weights', runId: 'a' });
  host.handle(start('b', text(1)));
  await until(ends('b'));
  const weights = events.filter((event) => event.type === 'weights');
  expect(weights).toMatchObject([{ runId: 'a' }]);
  expect(weights[0]!.parameters.length).toBeGreaterThan(0);
});

test('who asks for weights that are not there is answered', async () => {
  const { host, events, until } = createHost();
  host.handle({ type: 'read-weights', runId: 'gone' });
  await until(({ type }) => type === 'weights');
  expect(events).toEqual([{ type: 'weights', runId: 'gone', parameters: [] }]);
});

test('a run goes on from an epoch of another, and says why where it cannot', async () => {
  const { host, events, until } = createHost();
  host.handle({ ...start('a', text(2)), keepsEpochs: true } as PageMessage);
  await until(ends('a'));
  const kept = events.flatMap((event) => (event.type === 'epoch-kept' ? [event.checkpoint] : []));
  expect(kept.map(({ epoch }) => epoch)).toEqual([1, 2]);
  host.handle({ ...start('b', text(4)), from: kept[1]! } as PageMessage);
  await until(ends('b'));
  const trained = events.flatMap((event) =>
    event.type === 'epoch-end' && event.runId === 'b' ? [event.metrics.epoch] : [],
  );
  expect(trained).toEqual([2, 3]);
  host.handle({ ...start('c', text(2)), from: kept[1]! } as PageMessage);
  await until(ends('c'));
  expect(events.at(-1)).toMatchObject({ type: 'failed', failure: { kind: 'invalid-schedule' } });
});
