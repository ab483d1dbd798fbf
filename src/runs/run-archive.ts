import { type IDBPDatabase, openDB } from 'idb';
import { z } from 'zod';
import type { RunsState } from './training-client.ts';
import { isOver } from './reduce-run.ts';
import type { Run } from './run.ts';

/** What storage answered. It may be full, forbidden or gone: a problem is a value, for the page to show. */
export type Stored<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: StorageProblem };

export interface StorageProblem {
  readonly code: 'full' | 'unavailable';
  readonly message: string;
}

export interface ArchivedRuns {
  /** By number, the oldest first. */
  readonly runs: readonly Run[];
  /** Records that could not be read; they stay where they are. */
  readonly unreadable: number;
}

/** Finished runs on this device. No method throws or rejects. */
export interface RunArchive {
  save(run: Run): Promise<Stored<null>>;
  load(): Promise<Stored<ArchivedRuns>>;
  remove(runId: string): Promise<Stored<null>>;
}

const databaseVersion = 1;
const storeName = 'runs';

/** Version of a record; each step of `recordMigrations` leads to the next. */
const recordVersion = 1;

type StoredRecord = Readonly<Record<string, unknown>>;

/** Takes a record of version n (by position, from 1) to version n + 1. */
const recordMigrations: readonly ((record: StoredRecord) => StoredRecord)[] = [];

export function openRunArchive(databaseName = 'distiller-playground'): RunArchive {
  let database: Promise<IDBPDatabase> | null = null;
  const open = (): Promise<IDBPDatabase> => {
    database ??= openDB(databaseName, databaseVersion, {
      upgrade: (db) => {
        db.createObjectStore(storeName, { keyPath: 'id' });
      },
      terminated: () => {
        database = null;
      },
    }).catch((error: unknown) => {
      database = null;
      throw error;
    });
    return database;
  };
  return {
    save: (run) =>
      stored(async () => {
        await (await open()).put(storeName, { id: run.id, version: recordVersion, run });
        return null;
      }),
    load: () =>
      stored(async () => {
        const records: unknown[] = await (await open()).getAll(storeName);
        return readRecords(records);
      }),
    remove: (runId) =>
      stored(async () => {
        await (await open()).delete(storeName, runId);
        return null;
      }),
  };
}

/**
 * Saves each run of the store when it ends, unless nothing was trained.
 *
 * @returns Stops doing so.
 */
export function archiveEndedRuns(
  store: { readonly subscribe: (listener: (state: RunsState, previous: RunsState) => void) => () => void },
  archive: RunArchive,
  onProblem: (problem: StorageProblem) => void,
): () => void {
  return store.subscribe(({ runs }, previous) => {
    for (const run of Object.values(runs)) {
      const before = previous.runs[run.id];
      const ended = before !== undefined && !isOver(before) && isOver(run);
      if (!ended || run.epochs.length === 0) continue;
      void archive.save(run).then((answer) => {
        if (!answer.ok) onProblem(answer.problem);
      });
    }
  });
}

async function stored<T>(work: () => Promise<T>): Promise<Stored<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, problem: problemOf(error) };
  }
}

function problemOf(error: unknown): StorageProblem {
  if (error instanceof Error && error.name === 'QuotaExceededError') {
    return {
      code: 'full',
      message: 'This run was not kept: the browser has no room left for this page. Delete runs you no longer need.',
    };
  }
  return {
    code: 'unavailable',
    message:
      'Runs are not kept: this browser gives the page no storage, as in some private windows. Export what you need.',
  };
}

function readRecords(records: readonly unknown[]): ArchivedRuns {
  const runs = records.map(readRecord).filter((run) => run !== null);
  runs.sort((a, b) => a.number - b.number);
  return { runs, unreadable: records.length - runs.length };
}

function readRecord(record: unknown): Run | null {
  const envelope = envelopeSchema.safeParse(record);
  if (!envelope.success) return null;
  const { run } = recordMigrations
    .slice(envelope.data.version - 1)
    .reduce<StoredRecord>((current, migrate) => migrate(current), envelope.data);
  // The schema holds what readers of a run index into or compute with; the rest is data of this page's own making.
  return runSchema.safeParse(run).success ? (run as Run) : null;
}

const envelopeSchema = z.looseObject({ version: z.int().min(1).max(recordVersion), run: z.unknown() });

const accuracySchema = z.looseObject({ loss: z.number(), top1: z.number() });

const epochSchema = z.looseObject({
  epoch: z.int(),
  learningRate: z.number(),
  durationMs: z.number(),
  train: z.looseObject({ loss: z.number(), top1: z.number(), parts: z.array(z.unknown()) }),
  validation: accuracySchema,
  parameters: z.record(z.string(), z.looseObject({ size: z.int(), nonZero: z.int(), sparsity: z.number() })),
  activations: z.record(z.string(), z.looseObject({ bits: z.number() })),
  sparsity: z.number(),
  events: z.array(z.unknown()),
});

const runSchema = z.looseObject({
  id: z.string(),
  number: z.int(),
  config: z.strictObject({ version: z.literal(1), text: z.string() }),
  startedAt: z.number(),
  status: z.enum(['finished', 'stopped', 'failed']),
  environment: z.looseObject({ backend: z.string() }).nullable(),
  model: z.string(),
  dataset: z.string(),
  seed: z.number(),
  epochCount: z.int(),
  stepsPerEpoch: z.int(),
  parameters: z.array(z.looseObject({ name: z.string() })),
  position: z.looseObject({ epoch: z.int(), step: z.int() }),
  epochs: z.array(epochSchema),
  samples: z.array(z.looseObject({ epoch: z.int(), step: z.int(), loss: z.number() })),
  snapshots: z.record(z.string(), z.unknown()),
  result: accuracySchema.nullable(),
  failure: z.looseObject({ kind: z.string(), message: z.string() }).nullable(),
});
