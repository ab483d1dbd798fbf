import type { NamedTensor } from '../protocol/training-event.ts';
import type { Run } from './run.ts';
import { BlockedByOtherTab, openRunDatabase, type RunDatabase } from './run-database.ts';
import { readRunRecord, runRecordOf } from './run-record.ts';
import {
  type KeptWeights,
  readWeightsRecord,
  type RunWeights,
  weightsBudget,
  weightsOverBudget,
  weightsRecordOf,
  weightsSizeBytes,
} from './weights-record.ts';

/** What storage answered. It may be full, forbidden or gone: a problem is a value, for the page to show. */
export type Stored<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: StorageProblem };

export interface StorageProblem {
  readonly code: 'full' | 'blocked' | 'unavailable';
  readonly message: string;
}

export interface ArchivedRuns {
  /** By number, the oldest first. */
  readonly runs: readonly Run[];
  /** Records that could not be read; they stay where they are. */
  readonly unreadable: number;
  /** Ids of the runs whose weights are kept. */
  readonly weights: readonly string[];
}

/** What was given up for something newer. */
export interface MadeRoom {
  /** Ids of runs whose weights are no longer kept, the oldest first. */
  readonly dropped: readonly string[];
}

/** Finished runs on this device, the newest with their weights. No method throws or rejects. */
export interface RunArchive {
  /** Where storage is full, weights make room: the record of a run is small and cannot be computed again. */
  save(run: Run): Promise<Stored<MadeRoom>>;
  /** Keeps final weights within `weightsBudget`. */
  saveWeights(weights: RunWeights): Promise<Stored<MadeRoom>>;
  load(): Promise<Stored<ArchivedRuns>>;
  /** The weights of a run; null if they are not kept. */
  loadWeights(runId: string): Promise<Stored<readonly NamedTensor[] | null>>;
  /** Removes a run and its weights. */
  remove(runId: string): Promise<Stored<null>>;
}

export function openRunArchive(databaseName = 'distiller-playground', budget = weightsBudget): RunArchive {
  let database: Promise<RunDatabase> | null = null;
  const forget = (): void => {
    database = null;
  };
  const open = (): Promise<RunDatabase> => {
    database ??= openRunDatabase(databaseName, forget).catch((error: unknown) => {
      forget();
      throw error;
    });
    return database;
  };
  const withDatabase = <T>(work: (db: RunDatabase) => Promise<T>): Promise<Stored<T>> =>
    stored(async () => work(await open()));
  return {
    save: (run) =>
      withDatabase(async (db) => {
        const put = (): Promise<unknown> => db.put('runs', runRecordOf(run));
        return { dropped: await makingRoom(db, put, Number.POSITIVE_INFINITY) };
      }),
    saveWeights: (weights) =>
      withDatabase(async (db) => {
        const put = (): Promise<unknown> => db.put('weights', weightsRecordOf(weights));
        const dropped = await makingRoom(db, put, weightsSizeBytes(weights.parameters));
        const over = weightsOverBudget(await keptWeights(db), budget);
        for (const runId of over) await db.delete('weights', runId);
        return { dropped: [...dropped, ...over] };
      }),
    load: () =>
      withDatabase(async (db) => {
        const [records, weights] = await Promise.all([db.getAll('runs'), db.getAllKeys('weights')]);
        return { ...readRecords(records), weights };
      }),
    loadWeights: (runId) => withDatabase(async (db) => readWeightsRecord(await db.get('weights', runId))),
    remove: (runId) =>
      withDatabase(async (db) => {
        const transaction = db.transaction(['runs', 'weights'], 'readwrite');
        const stores = [transaction.objectStore('runs'), transaction.objectStore('weights')];
        await Promise.all([...stores.map((store) => store.delete(runId)), transaction.done]);
        return null;
      }),
  };
}

function readRecords(records: readonly unknown[]): Pick<ArchivedRuns, 'runs' | 'unreadable'> {
  const runs = records.map(readRunRecord).filter((run) => run !== null);
  runs.sort((a, b) => a.number - b.number);
  return { runs, unreadable: records.length - runs.length };
}

/**
 * Puts something into full storage by dropping weights, the oldest first.
 *
 * @param limitBytes No more is dropped once so much has been, for nothing was won by it.
 * @returns Whose weights were dropped.
 */
async function makingRoom(
  db: RunDatabase,
  put: () => Promise<unknown>,
  limitBytes: number,
): Promise<readonly string[]> {
  try {
    await put();
    return [];
  } catch (error) {
    const [oldest] = await keptWeights(db);
    if (!isFull(error) || oldest === undefined || limitBytes <= 0) throw error;
    await db.delete('weights', oldest.runId);
    return [oldest.runId, ...(await makingRoom(db, put, limitBytes - oldest.sizeBytes))];
  }
}

/** Whose weights are kept, the oldest first, without reading them. */
async function keptWeights(db: RunDatabase): Promise<readonly KeptWeights[]> {
  const kept: KeptWeights[] = [];
  let cursor = await db.transaction('weights').store.index('age').openKeyCursor();
  while (cursor !== null) {
    kept.push({ runId: cursor.primaryKey, sizeBytes: cursor.key[1] });
    cursor = await cursor.continue();
  }
  return kept;
}

async function stored<T>(work: () => Promise<T>): Promise<Stored<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, problem: problemOf(error) };
  }
}

function isFull(error: unknown): boolean {
  return error instanceof Error && error.name === 'QuotaExceededError';
}

function problemOf(error: unknown): StorageProblem {
  if (isFull(error)) {
    return {
      code: 'full',
      message: 'The browser has no room left for this page. Delete runs you no longer need, or export them.',
    };
  }
  if (error instanceof BlockedByOtherTab) {
    return {
      code: 'blocked',
      message: 'Another tab holds an older version of this page open. Close it, then reload this one.',
    };
  }
  return {
    code: 'unavailable',
    message: 'This browser gives the page no storage, as in some private windows. Export what you need.',
  };
}
