import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openEpochArchive } from './epoch-archive.ts';
import { keepEpochs } from './epoch-keeper.ts';
import { memoryBytes } from './epoch-memory.ts';
import { fixtureCheckpoint, fixtureFinished, fixtureSnapshot, fixtureStarted } from './run-fixture.ts';
import { createTrainingClient } from './create-training-client.ts';
import type { PortListener } from './training-port.ts';

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory());
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const memory = { snapshots: [fixtureSnapshot(0)], checkpoints: [fixtureCheckpoint(1)] };
const run = (id: string, startedAt: number) => ({ id, startedAt });

test('epochs outlast the page until their run is gone', async () => {
  await openEpochArchive().save(run('a', 1), memory);
  const archive = openEpochArchive();
  expect(await archive.load('a')).toEqual(memory);
  expect(await archive.load('b')).toBeNull();
  await archive.keepOnly(['b']);
  expect(await archive.load('a')).toBeNull();
});

test('the oldest make room', async () => {
  const archive = openEpochArchive('small', 2.5 * memoryBytes(memory));
  for (const [at, id] of ['old', 'newer', 'newest'].entries()) await archive.save(run(id, at), memory);
  expect(await archive.load('old')).toBeNull();
  expect(await archive.load('newer')).toEqual(memory);
  expect(await archive.load('newest')).toEqual(memory);
});

test('without storage nothing is kept, and nothing fails', async () => {
  vi.stubGlobal('indexedDB', {
    open: () => {
      throw new Error('forbidden');
    },
  });
  const archive = openEpochArchive();
  expect(await archive.save(run('a', 1), memory)).toBe(false);
  expect(await archive.load('a')).toBeNull();
});

test('epochs of an ended run leave memory when another is shown, and come back with it', async () => {
  let emit: PortListener['onEvent'] = () => undefined;
  const sent: unknown[] = [];
  const client = createTrainingClient({
    createPort: (listener) => {
      emit = listener.onEvent;
      return { postMessage: (message) => sent.push(message), terminate: () => undefined };
    },
    dataUrl: '',
    keepsEpochs: true,
  });
  const archive = openEpochArchive();
  const stop = keepEpochs(client, archive);
  const first = client.start('version: 1\n');
  expect(sent.at(-1)).toMatchObject({ type: 'start', keepsEpochs: true });
  emit(fixtureStarted(first));
  emit({ type: 'epoch-kept', runId: first, snapshot: fixtureSnapshot(0), checkpoint: fixtureCheckpoint(1) });
  emit(fixtureFinished(first));
  await vi.waitFor(async () => expect(await archive.load(first)).not.toBeNull());
  const { runs, memories } = client.store.getState();
  const from = { run: runs[first]!, checkpoint: memories[first]!.checkpoints[0]! };
  const fork = client.start('version: 1\n', { from });
  expect(sent.at(-1)).toMatchObject({ from: { epoch: 1 } });
  expect(client.store.getState().runs[fork]).toMatchObject({ forkedFrom: { runId: first, number: 1, epoch: 1 } });
  expect(client.store.getState().memories[fork]).toEqual(memory);
  await vi.waitFor(() => expect(client.store.getState().memories).not.toHaveProperty(first));
  client.selectRun(first);
  await vi.waitFor(() => expect(client.store.getState().memories[first]).toEqual(memory));
  stop();
});
