import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { deleteDB, openDB } from 'idb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { noLabel, type Run } from './run.ts';
import { openRunArchive } from './run-archive.ts';
import { fixtureFinishedRun, fixtureRun } from './run-fixture.ts';
import type { RunWeights } from './weights-record.ts';

const name = 'distiller-playground';

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory());
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const nothingDropped = { ok: true, value: { dropped: [] } };

function weightsOf(runId: string, startedAt: number, length = 2): RunWeights {
  const parameters = [{ name: 'fc1.weight', shape: [length], values: new Float32Array(length).fill(startedAt) }];
  return { runId, startedAt, parameters };
}

/** Storage that refuses what is full. */
function limitStorage(isFull: (store: IDBObjectStore) => boolean): void {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called below with the store that it is asked of
  const put = IDBObjectStore.prototype.put;
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value: unknown) {
    if (isFull(this)) throw new DOMException('full', 'QuotaExceededError');
    return put.call(this, value);
  });
}

describe('the run archive', () => {
  it('gives back what it was given, after a reload too', async () => {
    const run: Run = {
      ...fixtureFinishedRun('b', 2),
      label: { name: 'Wide', color: 'pink', tags: ['teacher'], note: 'Keep.' },
      taughtBy: { runId: 'a', number: 1 },
    };
    expect(await openRunArchive().save(run)).toEqual(nothingDropped);
    await openRunArchive().save(fixtureFinishedRun('a', 1));
    const runs = [fixtureFinishedRun('a', 1), run];
    expect(await openRunArchive().load()).toEqual({ ok: true, value: { runs, unreadable: 0, weights: [] } });
  });

  it('is empty at first', async () => {
    expect(await openRunArchive().load()).toEqual({ ok: true, value: { runs: [], unreadable: 0, weights: [] } });
  });

  it('replaces a run of the same id, and removes one with its weights', async () => {
    const archive = openRunArchive();
    await archive.save(fixtureFinishedRun('a', 1));
    await archive.save(fixtureFinishedRun('a', 5));
    await archive.saveWeights(weightsOf('a', 1));
    expect(await archive.load()).toMatchObject({ value: { runs: [{ id: 'a', number: 5 }], weights: ['a'] } });
    await archive.remove('a');
    expect(await archive.load()).toMatchObject({ value: { runs: [], weights: [] } });
  });

  it('passes over records that it cannot read, and keeps them', async () => {
    await openRunArchive().save(fixtureFinishedRun('a', 1));
    const database = await openDB(name, 2);
    const run = fixtureFinishedRun('x', 9);
    await database.put('runs', { id: 'from-the-future', version: 99, run });
    await database.put('runs', { id: 'half', version: 1, run: { id: 'half', number: 2 } });
    await database.put('runs', { id: 'nothing', version: 1, run: null });
    await database.put('runs', { id: 'unfinished', version: 2, run: fixtureRun() });
    await database.put('runs', { id: 'odd', version: 2, run: { ...run, epochs: [{ epoch: 0 }] } });
    database.close();
    const loaded = await openRunArchive().load();
    expect(loaded).toMatchObject({ ok: true, value: { runs: [{ id: 'a' }], unreadable: 5 } });
    expect(await openRunArchive().load()).toEqual(loaded);
  });

  it('reads what the first version of the database holds', async () => {
    const database = await openDB(name, 1, { upgrade: (db) => void db.createObjectStore('runs', { keyPath: 'id' }) });
    const { label, taughtBy, ...old } = fixtureFinishedRun('old', 4);
    await database.put('runs', { id: 'old', version: 1, run: old });
    database.close();
    const archive = openRunArchive();
    const runs = [{ ...old, label: noLabel, taughtBy: null }];
    expect({ label, taughtBy }).toEqual({ label: noLabel, taughtBy: null });
    expect(await archive.load()).toEqual({ ok: true, value: { runs, unreadable: 0, weights: [] } });
    expect(await archive.saveWeights(weightsOf('old', 1))).toEqual(nothingDropped);
  });

  it('says so where another tab holds the first version open', async () => {
    const other = await openDB(name, 1, { upgrade: (db) => void db.createObjectStore('runs', { keyPath: 'id' }) });
    const archive = openRunArchive();
    expect(await archive.load()).toMatchObject({ ok: false, problem: { code: 'blocked' } });
    other.close();
    expect(await archive.load()).toMatchObject({ ok: true });
  });

  it('makes way for a newer version in another tab', async () => {
    await openRunArchive().save(fixtureFinishedRun('a', 1));
    await deleteDB(name);
    expect(await openRunArchive().load()).toMatchObject({ ok: true, value: { runs: [] } });
  });

  it('answers with a problem where there is no storage', async () => {
    vi.stubGlobal('indexedDB', {
      open: () => {
        throw new DOMException('denied', 'SecurityError');
      },
    });
    const archive = openRunArchive();
    const answers = await Promise.all([
      archive.load(),
      archive.save(fixtureFinishedRun()),
      archive.saveWeights(weightsOf('a', 1)),
      archive.loadWeights('a'),
      archive.remove('a'),
    ]);
    for (const answer of answers) expect(answer).toMatchObject({ ok: false, problem: { code: 'unavailable' } });
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

describe('weights in the archive', () => {
  it('come back bit for bit after a reload, and null where none are kept', async () => {
    const weights = weightsOf('a', 3);
    await openRunArchive().saveWeights(weights);
    expect(await openRunArchive().loadWeights('a')).toEqual({ ok: true, value: weights.parameters });
    expect(await openRunArchive().loadWeights('b')).toEqual({ ok: true, value: null });
  });

  it('are not given if their record is damaged', async () => {
    await openRunArchive().load();
    const database = await openDB(name, 2);
    const parameters = [{ name: 'fc1.weight', shape: [3], values: new Float32Array(2) }];
    await database.put('weights', { id: 'a', version: 1, startedAt: 1, sizeBytes: 8, parameters });
    database.close();
    expect(await openRunArchive().loadWeights('a')).toEqual({ ok: true, value: null });
  });

  it('of the oldest runs go first where there are too many', async () => {
    const archive = openRunArchive(name, { runs: 2, bytes: 1000 });
    await archive.saveWeights(weightsOf('new', 30));
    await archive.saveWeights(weightsOf('old', 10));
    expect(await archive.saveWeights(weightsOf('middle', 20))).toEqual({ ok: true, value: { dropped: ['old'] } });
    expect(await archive.load()).toMatchObject({ value: { weights: ['middle', 'new'] } });
  });

  it('of the oldest runs go first where they are too large, and the newest stay in any case', async () => {
    const archive = openRunArchive(name, { runs: 10, bytes: 20 });
    await archive.saveWeights(weightsOf('a', 10));
    await archive.saveWeights(weightsOf('b', 20));
    expect(await archive.saveWeights(weightsOf('c', 30, 9))).toEqual({ ok: true, value: { dropped: ['a', 'b'] } });
    expect(await archive.load()).toMatchObject({ value: { weights: ['c'] } });
  });
});

describe('full storage', () => {
  it('takes no run if there is nothing to drop', async () => {
    limitStorage(() => true);
    expect(await openRunArchive().save(fixtureFinishedRun())).toMatchObject({ ok: false, problem: { code: 'full' } });
  });

  it('drops the oldest weights rather than lose the record of a run', async () => {
    const archive = openRunArchive();
    for (const [id, startedAt] of [
      ['b', 2],
      ['a', 1],
      ['c', 3],
    ] as const)
      await archive.saveWeights(weightsOf(id, startedAt));
    let refusals = 2;
    limitStorage(() => refusals-- > 0);
    expect(await archive.save(fixtureFinishedRun('d', 4))).toEqual({ ok: true, value: { dropped: ['a', 'b'] } });
    expect(await archive.load()).toMatchObject({ value: { runs: [{ id: 'd' }], weights: ['c'] } });
  });

  it('drops no more weights than new ones need, and leaves runs alone', async () => {
    const archive = openRunArchive();
    for (const [id, startedAt] of [
      ['a', 1],
      ['b', 2],
    ] as const) {
      await archive.save(fixtureFinishedRun(id, startedAt));
      await archive.saveWeights(weightsOf(id, startedAt));
    }
    limitStorage(({ name: store }) => store === 'weights');
    expect(await archive.saveWeights(weightsOf('c', 3))).toMatchObject({ ok: false, problem: { code: 'full' } });
    expect(await archive.load()).toMatchObject({ value: { runs: [{ id: 'a' }, { id: 'b' }], weights: ['b'] } });
  });
});
