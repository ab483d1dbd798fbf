import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { openDB } from 'idb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { archiveEndedRuns, openRunArchive, type RunArchive } from './run-archive.ts';
import { fixtureEpochEnd, fixtureFinished, fixtureFinishedRun, fixtureRun, fixtureText } from './run-fixture.ts';
import { createTrainingClient } from './training-client.ts';
import type { PortListener } from './training-port.ts';

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory());
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe('the run archive', () => {
  it('gives back what it was given, after a reload too', async () => {
    const run = fixtureFinishedRun('b', 2);
    expect(await openRunArchive().save(run)).toEqual({ ok: true, value: null });
    await openRunArchive().save(fixtureFinishedRun('a', 1));
    const loaded = await openRunArchive().load();
    expect(loaded).toEqual({ ok: true, value: { runs: [fixtureFinishedRun('a', 1), run], unreadable: 0 } });
  });

  it('is empty at first', async () => {
    expect(await openRunArchive().load()).toEqual({ ok: true, value: { runs: [], unreadable: 0 } });
  });

  it('replaces a run of the same id, and removes one', async () => {
    const archive = openRunArchive();
    await archive.save(fixtureFinishedRun('a', 1));
    await archive.save(fixtureFinishedRun('a', 5));
    expect(await archive.load()).toMatchObject({ value: { runs: [{ id: 'a', number: 5 }] } });
    await archive.remove('a');
    expect(await archive.load()).toMatchObject({ value: { runs: [] } });
  });

  it('passes over records that it cannot read, and keeps them', async () => {
    await openRunArchive().save(fixtureFinishedRun('a', 1));
    const database = await openDB('distiller-playground', 1);
    const run = fixtureFinishedRun('x', 9);
    await database.put('runs', { id: 'from-the-future', version: 99, run });
    await database.put('runs', { id: 'half', version: 1, run: { id: 'half', number: 2 } });
    await database.put('runs', { id: 'unfinished', version: 1, run: fixtureRun() });
    await database.put('runs', { id: 'odd', version: 1, run: { ...run, epochs: [{ epoch: 0 }] } });
    database.close();
    const loaded = await openRunArchive().load();
    expect(loaded).toMatchObject({ ok: true, value: { runs: [{ id: 'a' }], unreadable: 4 } });
    expect(await openRunArchive().load()).toEqual(loaded);
  });

  it('answers with a problem where there is no storage', async () => {
    vi.stubGlobal('indexedDB', {
      open: () => {
        throw new DOMException('denied', 'SecurityError');
      },
    });
    const archive = openRunArchive();
    expect(await archive.load()).toMatchObject({ ok: false, problem: { code: 'unavailable' } });
    expect(await archive.save(fixtureFinishedRun())).toMatchObject({ ok: false, problem: { code: 'unavailable' } });
    expect(await archive.remove('a')).toMatchObject({ ok: false, problem: { code: 'unavailable' } });
  });

  it('says when storage is full', async () => {
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    expect(await openRunArchive().save(fixtureFinishedRun())).toMatchObject({ ok: false, problem: { code: 'full' } });
    vi.restoreAllMocks();
  });

  it('works again once storage does', async () => {
    const working = indexedDB;
    const archive = openRunArchive();
    vi.stubGlobal('indexedDB', {
      open: () => {
        throw new DOMException('busy', 'InvalidStateError');
      },
    });
    expect((await archive.load()).ok).toBe(false);
    vi.stubGlobal('indexedDB', working);
    expect((await archive.load()).ok).toBe(true);
  });
});

describe('archiving ended runs', () => {
  function setUp(answer: Awaited<ReturnType<RunArchive['save']>>) {
    const save = vi.fn<RunArchive['save']>(() => Promise.resolve(answer));
    const archive: RunArchive = { ...openRunArchive(), save };
    let listener: PortListener | undefined;
    const client = createTrainingClient({
      createPort: (given) => {
        listener = given;
        return { postMessage: () => undefined, terminate: () => undefined };
      },
      dataUrl: '',
    });
    const onProblem = vi.fn();
    archiveEndedRuns(client.store, archive, onProblem);
    const runId = client.start(fixtureText);
    return { client, save, onProblem, runId, listener: listener ?? expect.fail('no port') };
  }

  it('saves a run once, when it ends', () => {
    const { client, save, listener, runId } = setUp({ ok: true, value: null });
    listener.onEvent(fixtureEpochEnd(runId, 0));
    expect(save).not.toHaveBeenCalled();
    listener.onEvent(fixtureFinished(runId));
    client.reset();
    expect(save).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ id: runId, status: 'finished' }));
  });

  it('saves no run that trained nothing, and none that came from the archive', () => {
    const { client, save, listener, runId } = setUp({ ok: true, value: null });
    listener.onEvent({ type: 'stopped', runId });
    client.addRuns([fixtureFinishedRun('old', 3)]);
    expect(save).not.toHaveBeenCalled();
  });

  it('reports a run that could not be kept', async () => {
    const problem = { code: 'full', message: 'No room.' } as const;
    const { onProblem, listener, runId } = setUp({ ok: false, problem });
    listener.onEvent(fixtureEpochEnd(runId, 0));
    listener.onEvent(fixtureFinished(runId));
    await vi.waitFor(() => expect(onProblem).toHaveBeenCalledExactlyOnceWith(problem));
  });
});
