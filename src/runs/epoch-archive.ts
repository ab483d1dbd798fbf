import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { epochRecordOf, readEpochRecord } from './epoch-record.ts';
import { type EpochMemory, memoryBytes } from './epoch-memory.ts';

interface EpochSchema extends DBSchema {
  readonly epochs: {
    readonly key: string;
    readonly value: Readonly<Record<string, unknown>>;
    /** Age and size can be read without the values. */
    readonly indexes: { readonly age: [startedAt: number, sizeBytes: number] };
  };
}

/** How much is kept of all runs together; the oldest make room. */
export const archiveBudgetBytes = 300_000_000;

/**
 * The epochs of finished runs on this device, in a database of their own: they are a comfort, and what is measured of a run
 * must not be lost to them. No method throws or rejects; where there is no storage nothing is kept.
 */
export interface EpochArchive {
  /** Keeps what is known of a run's epochs. False: there was no room, or no storage. */
  save(run: { readonly id: string; readonly startedAt: number }, memory: EpochMemory): Promise<boolean>;
  /** Null if nothing is kept of that run. */
  load(runId: string): Promise<EpochMemory | null>;
  /** Forgets the epochs of all runs but these. */
  keepOnly(runIds: readonly string[]): Promise<void>;
}

export function openEpochArchive(name = 'distiller-playground-epochs', budgetBytes = archiveBudgetBytes): EpochArchive {
  let database: Promise<IDBPDatabase<EpochSchema>> | null = null;
  const open = (): Promise<IDBPDatabase<EpochSchema>> => {
    database ??= openDB<EpochSchema>(name, 1, {
      upgrade: (db) => {
        db.createObjectStore('epochs', { keyPath: 'id' }).createIndex('age', ['startedAt', 'sizeBytes']);
      },
      blocking: (_current, _wanted, event) => (event.target as IDBDatabase).close(),
      terminated: () => {
        database = null;
      },
    });
    return database;
  };
  const attempt = async <T>(work: (db: IDBPDatabase<EpochSchema>) => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await work(await open());
    } catch {
      database = null;
      return otherwise;
    }
  };
  return {
    save: (run, memory) =>
      attempt(async (db) => {
        await makeRoom(db, budgetBytes - memoryBytes(memory));
        await db.put('epochs', epochRecordOf(run, memory));
        return true;
      }, false),
    load: (runId) => attempt(async (db) => readEpochRecord(await db.get('epochs', runId)), null),
    keepOnly: (runIds) =>
      attempt(async (db) => {
        const gone = (await db.getAllKeys('epochs')).filter((id) => !runIds.includes(id));
        await Promise.all(gone.map((id) => db.delete('epochs', id)));
      }, undefined),
  };
}

/** Forgets the oldest until the rest fits. */
async function makeRoom(db: IDBPDatabase<EpochSchema>, limitBytes: number): Promise<void> {
  const kept: { readonly id: string; readonly sizeBytes: number }[] = [];
  let cursor = await db.transaction('epochs').store.index('age').openKeyCursor();
  while (cursor !== null) {
    kept.push({ id: cursor.primaryKey, sizeBytes: cursor.key[1] });
    cursor = await cursor.continue();
  }
  let bytes = kept.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  for (const { id, sizeBytes } of kept) {
    if (bytes <= limitBytes) return;
    await db.delete('epochs', id);
    bytes -= sizeBytes;
  }
}
