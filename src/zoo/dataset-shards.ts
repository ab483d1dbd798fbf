import { inflateSync } from 'fflate';
import type { DatasetPiece } from './dataset-pieces.ts';
import type { ImageDatasetDefinition } from './datasets.ts';

/** Samples of one split. */
export interface Samples {
  /**
   * [count, ...inputShape], one sample after the other. Images are raw bytes, 0 black and 255 white: a network is given
   * (value / 255 - mean) / std. Points are given as they are.
   */
  readonly inputs: Uint8Array | Float32Array;
  /** [count], each in [0, classCount). */
  readonly labels: Uint8Array;
  readonly count: number;
}

/** A dataset in memory, ready to be cut into batches. */
export interface LoadedDataset {
  /** Without the batch: [28, 28, 1] or [2]. */
  readonly inputShape: readonly number[];
  readonly classCount: number;
  readonly train: Samples;
  readonly test: Samples;
  readonly mean: number;
  readonly std: number;
}

/** A dataset that is on its way. */
export interface LoadingDataset {
  /** All sizes are right at once; samples and labels are zeros until `whenLoaded` resolves. */
  readonly dataset: LoadedDataset;
  readonly whenLoaded: Promise<void>;
}

/** What has arrived so far of what this load needs; both count compressed bytes. */
export interface LoadProgress {
  readonly loadedBytes: number;
  readonly totalBytes: number;
}

/** The part of an `AbortSignal` that is needed here. */
export interface CancelSignal {
  readonly aborted: boolean;
  readonly reason?: unknown;
}

export interface LoadImagesOptions {
  readonly dataset: ImageDatasetDefinition;
  /** The first so many training images; pieces beyond them are not fetched. */
  readonly trainSize: number;
  /** Reads a file by its path below the folder of the data shards, `public/data/`. */
  readonly fetchBytes: (path: string) => Promise<Uint8Array>;
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Looked at between pieces. */
  readonly signal?: CancelSignal;
}

const PIXELS = 28 * 28;
/** Browsers open six connections to a server that does not speak HTTP/2; code that is loaded meanwhile wants one too. */
const piecesAtOnce = 4;

/**
 * The images and labels of one piece: raw deflate (RFC 1951) of `count` images of 784 bytes, then `count` labels.
 *
 * @returns images [count, 28, 28, 1] and labels [count].
 * @throws RangeError if the file has another length than the piece says, is no deflate stream, or holds more or less than
 *   `count` images and labels. Memory is bounded by the promised size.
 */
export function decodePiece(bytes: Uint8Array, piece: DatasetPiece): { images: Uint8Array; labels: Uint8Array } {
  if (bytes.length !== piece.bytes) {
    throw new RangeError(`${piece.file} has ${String(bytes.length)} bytes instead of ${String(piece.bytes)}`);
  }
  const size = piece.count * (PIXELS + 1);
  const raw = inflate(bytes, size, piece.file);
  if (raw.length !== size) throw new RangeError(`${piece.file} does not unpack to ${String(size)} bytes`);
  return { images: raw.subarray(0, piece.count * PIXELS), labels: raw.subarray(piece.count * PIXELS) };
}

/** At most one byte more than `size`: the inflater drops what does not fit, so the spare byte shows an overrun. */
function inflate(bytes: Uint8Array, size: number, file: string): Uint8Array {
  try {
    return inflateSync(bytes, { out: new Uint8Array(size + 1) });
  } catch (cause) {
    throw new RangeError(`${file} cannot be unpacked`, { cause });
  }
}

/** `openImages`, once all is there. */
export async function loadImages(options: LoadImagesOptions): Promise<LoadedDataset> {
  const { dataset, whenLoaded } = openImages(options);
  await whenLoaded;
  return dataset;
}

/**
 * Begins to fetch, check and unpack what a run needs: the first `trainSize` training images and all test images.
 *
 * @returns `whenLoaded` rejects with a RangeError if a piece is not what it should be (SHA-256, length, contents), with
 *   whatever `fetchBytes` throws, and with the signal's reason once it is aborted.
 * @throws RangeError if `trainSize` is not an integer in [1, dataset.trainSize].
 */
export function openImages(options: LoadImagesOptions): LoadingDataset {
  const { dataset, trainSize } = options;
  if (!Number.isInteger(trainSize) || trainSize < 1 || trainSize > dataset.trainSize) {
    throw new RangeError(
      `${dataset.name} has ${String(dataset.trainSize)} training images; ${String(trainSize)} were asked for`,
    );
  }
  const pieces = dataset.pieces.filter(({ split, first }) => split === 'test' || first < trainSize);
  const { inputShape, classCount, testSize, mean, std } = dataset;
  const [train, test] = [emptySamples(trainSize), emptySamples(testSize)];
  const whenLoaded = fillSamples({ train, test }, pieces, options);
  return { dataset: { inputShape, classCount, train, test, mean, std }, whenLoaded };
}

async function fillSamples(
  samples: Pick<LoadedDataset, 'train' | 'test'>,
  pieces: readonly DatasetPiece[],
  options: LoadImagesOptions,
): Promise<void> {
  const totalBytes = pieces.reduce((sum, piece) => sum + piece.bytes, 0);
  let loadedBytes = 0;
  options.onProgress?.({ loadedBytes, totalBytes });
  await forEachOf(pieces, async (piece) => {
    const decoded = await loadPiece(piece, options);
    copyInto(samples[piece.split], piece, decoded, options.dataset.classCount);
    loadedBytes += piece.bytes;
    options.onProgress?.({ loadedBytes, totalBytes });
  });
}

/** Begins in order, with `piecesAtOnce` under way; begins no more after a failure. */
async function forEachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const lane = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  const lanes = Array.from({ length: piecesAtOnce }, () =>
    lane().catch((error: unknown) => {
      waiting.length = 0;
      throw error;
    }),
  );
  await Promise.all(lanes);
}

function emptySamples(count: number): Samples {
  return { inputs: new Uint8Array(count * PIXELS), labels: new Uint8Array(count), count };
}

async function loadPiece(piece: DatasetPiece, { fetchBytes, signal }: LoadImagesOptions): ReturnType<typeof checked> {
  throwIfAborted(signal);
  const bytes = await fetchBytes(piece.file);
  throwIfAborted(signal);
  return checked(bytes, piece);
}

async function checked(bytes: Uint8Array, piece: DatasetPiece): Promise<ReturnType<typeof decodePiece>> {
  const hash = await sha256(bytes);
  if (hash !== undefined && hash !== piece.sha256) {
    throw new RangeError(`${piece.file} is not the file that belongs to this version: SHA-256 ${hash}`);
  }
  return decodePiece(bytes, piece);
}

function copyInto(
  { inputs, labels, count }: Samples,
  { file, first }: DatasetPiece,
  decoded: ReturnType<typeof decodePiece>,
  classCount: number,
): void {
  const wanted = Math.min(decoded.labels.length, count - first);
  if (decoded.labels.some((label) => label >= classCount)) throw new RangeError(`${file} holds an unknown label`);
  inputs.set(decoded.images.subarray(0, wanted * PIXELS), first * PIXELS);
  labels.set(decoded.labels.subarray(0, wanted), first);
}

function throwIfAborted(signal: CancelSignal | undefined): void {
  if (!signal?.aborted) return;
  throw signal.reason instanceof Error ? signal.reason : new Error('Loading was stopped');
}

interface DigestProvider {
  readonly crypto?: { readonly subtle?: { digest(algorithm: 'SHA-256', data: Uint8Array): Promise<ArrayBuffer> } };
}

/** In lower-case hexadecimal; `undefined` where there is no Web Crypto (a page served over plain HTTP by another host). */
async function sha256(bytes: Uint8Array): Promise<string | undefined> {
  const subtle = (globalThis as unknown as DigestProvider).crypto?.subtle;
  if (subtle === undefined) return undefined;
  const digest = new Uint8Array(await subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
