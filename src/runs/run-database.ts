import { type DBSchema, type IDBPDatabase, openDB } from 'idb';

/** Version 1 had runs alone; version 2 keeps weights beside them. */
const databaseVersion = 2;

export interface RunSchema extends DBSchema {
  readonly runs: { readonly key: string; readonly value: Readonly<Record<string, unknown>> };
  readonly weights: {
    readonly key: string;
    readonly value: Readonly<Record<string, unknown>>;
    /** Age and size can be read without the values. */
    readonly indexes: { readonly age: [startedAt: number, sizeBytes: number] };
  };
}

export type RunDatabase = IDBPDatabase<RunSchema>;

/** Another tab holds a version of the database that this one cannot use. */
export class BlockedByOtherTab extends Error {}

/**
 * Opens the database of runs, which is created or brought up to date on the way.
 *
 * @param onClose The database is gone: the browser ended it, or another tab needs a newer one.
 * @throws BlockedByOtherTab if another tab holds an older version; else what the browser throws.
 */
export async function openRunDatabase(name: string, onClose: () => void): Promise<RunDatabase> {
  let refuse: (reason: BlockedByOtherTab) => void = () => undefined;
  const blocked = new Promise<never>((_resolve, reject) => {
    refuse = reject;
  });
  const opening = openDB<RunSchema>(name, databaseVersion, {
    upgrade: (db, oldVersion) => {
      if (oldVersion < 1) db.createObjectStore('runs', { keyPath: 'id' });
      if (oldVersion < 2) {
        db.createObjectStore('weights', { keyPath: 'id' }).createIndex('age', ['startedAt', 'sizeBytes']);
      }
    },
    blocked: () => refuse(new BlockedByOtherTab()),
    blocking: (_current, _wanted, event) => {
      (event.target as IDBDatabase).close();
      onClose();
    },
    terminated: onClose,
  });
  return Promise.race([opening, blocked]);
}
