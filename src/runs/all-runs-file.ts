import { strFromU8, strToU8, unzipSync, type Zippable, zipSync } from 'fflate';
import { z } from 'zod';
import type { NamedTensor } from '../protocol/training-event.ts';
import { float32Bytes, zipDate } from './export/npz.ts';
import { concatBytes } from './export/protobuf.ts';
import { exportedRun, readExportedRun } from './imported-run.ts';
import { isOver } from './reduce-run.ts';
import type { Run } from './run.ts';
import { interruptedSeries, type Series } from './series.ts';
import { seriesSchema } from './series-record.ts';

/** What a file of this kind may hold at most: more would not fit into the memory of a small computer. */
export const fileLimits = { fileBytes: 300_000_000, unpackedBytes: 600_000_000, jsonBytes: 200_000_000, runs: 2000 };

export type KeptTensors = ReadonlyMap<string, readonly NamedTensor[]>;

/** Everything that this device knows of runs. */
export interface AllRuns {
  readonly runs: readonly Run[];
  readonly series: readonly Series[];
  /** By run; empty to leave weights out. */
  readonly weights: KeptTensors;
}

/** What was read of a file. */
export interface ImportedRuns extends AllRuns {
  /** A sentence for each thing that was not taken. */
  readonly skipped: readonly string[];
}

export type ReadFile =
  | { readonly ok: true; readonly value: ImportedRuns }
  /** It is no such file, as a sentence with the way out. */
  | { readonly ok: false; readonly message: string };

const format = 'distiller-playground-runs';
const entryName = 'runs.json';

/** Runs, series and weights as one zip: `runs.json` beside a file of little-endian float32 values for each run. */
export function allRunsFile({ runs, series, weights }: AllRuns): Uint8Array<ArrayBuffer> {
  const files: Zippable = {};
  const ended = runs.filter(isOver);
  const tensors = ended.flatMap(({ id }, index) => {
    const own = weights.get(id);
    if (own === undefined) return [];
    const file = `weights/${index}.bin`;
    files[file] = concatBytes(own.map(({ values }) => float32Bytes(values)));
    return [{ runId: id, file, parameters: own.map(({ name, shape }) => ({ name, shape })) }];
  });
  const content = { format, version: 1, runs: ended.map(exportedRun), series, weights: tensors };
  files[entryName] = strToU8(JSON.stringify(content));
  return zipSync(files, { mtime: zipDate });
}

const contentSchema = z.object({
  format: z.literal(format),
  version: z.literal(1),
  runs: z.array(z.unknown()).max(fileLimits.runs),
  series: z.array(z.unknown()).max(1000),
  weights: z.array(z.unknown()).max(fileLimits.runs),
});

const weightsSchema = z.object({
  runId: z.string().max(64),
  file: z.string().max(100),
  parameters: z
    .array(z.object({ name: z.string().max(200), shape: z.array(z.int().min(0).max(1e8)).max(8) }))
    .max(10_000),
});

/** Reads a file that anybody may have made: what is sound is taken, and the rest is said. */
export function readAllRunsFile(file: Uint8Array, knownIds: ReadonlySet<string>): ReadFile {
  if (file.length > fileLimits.fileBytes) {
    return refuse(`The file has ${megabytes(file.length)}. At most ${megabytes(fileLimits.fileBytes)} are read.`);
  }
  const entries = unpacked(file);
  if (typeof entries === 'string') return refuse(entries);
  const content = contentOf(entries);
  if (content === null) return refuse('The file holds no runs of this page. Choose one that *Export all runs* made.');
  const skipped: string[] = [];
  const runs = readRuns(content.runs, knownIds, skipped);
  const series = content.series.flatMap((one) => seriesSchema.safeParse(one).data ?? []).map(interruptedSeries);
  if (series.length < content.series.length)
    skipped.push(`${content.series.length - series.length} unreadable series.`);
  const ids = new Map(runs.map((run) => [run.id, run.number]));
  return {
    ok: true,
    value: { runs, series, weights: readWeights(content.weights, { entries, ids, skipped }), skipped },
  };
}

function refuse(message: string): ReadFile {
  return { ok: false, message };
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}

type Entries = Readonly<Record<string, Uint8Array>>;

/** The files of the zip that may belong to it, or why it is not opened. Sizes are checked before anything is unpacked. */
function unpacked(file: Uint8Array): Entries | string {
  let total = 0;
  try {
    return unzipSync(file, {
      filter: ({ name, originalSize }) => {
        const isOurs = name === entryName || /^weights\/\d{1,6}\.bin$/.test(name);
        if (!isOurs) return false;
        total += originalSize;
        if (total > fileLimits.unpackedBytes || (name === entryName && originalSize > fileLimits.jsonBytes)) {
          throw new RangeError('too large');
        }
        return true;
      },
    });
  } catch (error) {
    if (error instanceof RangeError && error.message === 'too large') {
      return `Unpacked, the file has more than ${megabytes(fileLimits.unpackedBytes)}. Export fewer runs, or leave weights out.`;
    }
    return 'The file is no zip, or it is damaged. Choose one that *Export all runs* made.';
  }
}

function contentOf(entries: Entries): z.output<typeof contentSchema> | null {
  const text = entries[entryName];
  if (text === undefined) return null;
  try {
    return contentSchema.safeParse(JSON.parse(strFromU8(text))).data ?? null;
  } catch {
    return null;
  }
}

function readRuns(values: readonly unknown[], knownIds: ReadonlySet<string>, skipped: string[]): readonly Run[] {
  const runs = new Map<string, Run>();
  let known = 0;
  for (const [index, value] of values.entries()) {
    const read = readExportedRun(value);
    if (!read.ok) skipped.push(`Entry ${index + 1} cannot be read (${read.problem}).`);
    else if (knownIds.has(read.run.id) || runs.has(read.run.id)) known += 1;
    else runs.set(read.run.id, read.run);
  }
  if (known > 0) skipped.push(`${known} ${known === 1 ? 'run is' : 'runs are'} here already.`);
  return [...runs.values()].toSorted((a, b) => a.number - b.number);
}

interface WeightsContext {
  readonly entries: Entries;
  /** Numbers of the runs that were taken. */
  readonly ids: ReadonlyMap<string, number>;
  readonly skipped: string[];
}

function readWeights(values: readonly unknown[], { entries, ids, skipped }: WeightsContext): KeptTensors {
  const weights = new Map<string, readonly NamedTensor[]>();
  for (const value of values) {
    const { data } = weightsSchema.safeParse(value);
    if (data !== undefined && !ids.has(data.runId)) continue;
    const tensors = data && tensorsOf(data.parameters, entries[data.file]);
    if (data && tensors) weights.set(data.runId, tensors);
    else skipped.push(`Weights of ${data ? `run ${ids.get(data.runId)}` : 'a run'} cannot be read.`);
  }
  return weights;
}

function tensorsOf(
  parameters: z.output<typeof weightsSchema>['parameters'],
  bytes: Uint8Array | undefined,
): readonly NamedTensor[] | null {
  const sizes = parameters.map(({ shape }) => shape.reduce((size, length) => size * length, 1));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (bytes === undefined || bytes.length !== 4 * total) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  return parameters.map(({ name, shape }, index) => {
    const values = Float32Array.from({ length: sizes[index] ?? 0 }, (_, place) =>
      view.getFloat32(4 * (at + place), true),
    );
    at += values.length;
    return { name, shape, values };
  });
}

/** Runs of a file with numbers of this device: those that follow its own. */
export function renumbered(runs: readonly Run[], own: readonly Run[]): readonly Run[] {
  const last = Math.max(0, ...own.map(({ number }) => number));
  const numbers = new Map(own.map(({ id, number }) => [id, number]));
  for (const [index, { id }] of runs.entries()) numbers.set(id, last + 1 + index);
  return runs.map((run) => ({
    ...run,
    number: numbers.get(run.id) ?? run.number,
    taughtBy: run.taughtBy && { ...run.taughtBy, number: numbers.get(run.taughtBy.runId) ?? run.taughtBy.number },
    ...(run.forkedFrom && {
      forkedFrom: { ...run.forkedFrom, number: numbers.get(run.forkedFrom.runId) ?? run.forkedFrom.number },
    }),
  }));
}
