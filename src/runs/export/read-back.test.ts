import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, describe, expect, it, test } from 'vitest';
import { networkParameters } from '../../core/network.ts';
import { randomValues } from '../../core/network-fixtures.ts';
import type { NamedTensor } from '../../protocol/training-event.ts';
import { findModel } from '../../zoo/models.ts';
import type { Run } from '../run.ts';
import { fixtureFinishedRun } from '../run-fixture.ts';
import { unpackModel } from './packed-model.ts';
import { recordFile, recordFormats, runFileName, weightsFile, type TakeAwayFile } from './take-away.ts';

const python = spawnSync('python3', ['--version']).status === 0;
if (!python)
  process.stderr.write('python3 is missing: the exported files are NOT read back by an independent reader.\n');

const folder = mkdtempSync(join(tmpdir(), 'take-away-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a Python script of this folder says about a file. */
function readBack(script: string, ...args: readonly (string | TakeAwayFile)[]): unknown {
  const paths = args.map((arg) => {
    if (typeof arg === 'string') return arg;
    const path = join(folder, arg.name);
    writeFileSync(path, arg.content);
    return path;
  });
  const program =
    typeof script === 'string' && script.endsWith('.py') ? [join(import.meta.dirname, script)] : ['-c', script];
  const { status, stdout, stderr } = spawnSync('python3', [...program, ...paths], { encoding: 'utf8', maxBuffer: 1e8 });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as unknown;
}

const network = findModel('cnn_mnist')!.build({ inputShape: [28, 28, 1], classCount: 10 });
const random = randomValues(network, 4);
/** Floats, floats of which some are zero, levels, and levels of which nine of ten are zero. */
const tensors: readonly NamedTensor[] = networkParameters(network).map(({ name, shape }) => {
  const values = random.get(name)!;
  if (name === 'conv2.weight') return { name, shape, values: values.map((value) => Math.round(value * 7) * 0.0137) };
  if (name === 'fc2.weight')
    return { name, shape, values: values.map((value, index) => (index % 3 === 0 ? 0 : value)) };
  if (name !== 'fc1.weight') return { name, shape, values };
  return { name, shape, values: values.map((value, index) => (index % 10 === 0 ? Math.round(value * 7) * 0.021 : 0)) };
});
const text = 'version: 1\ntraining: {epochs: 2}\npolicies: []\n';
const run: Run = { ...fixtureFinishedRun(), config: { version: 1, text }, epochs: withBits(fixtureFinishedRun()) };

function withBits({ epochs }: Run): Run['epochs'] {
  const fact = { size: 1, nonZero: 1, sparsity: 0, structures: {}, bits: 4 };
  return epochs.map((metrics) => ({
    ...metrics,
    parameters: { ...metrics.parameters, 'conv2.weight': fact, 'fc1.weight': fact },
  }));
}

const fileOf = (format: Parameters<typeof weightsFile>[2]): TakeAwayFile => weightsFile(run, tensors, format, 'run-1')!;

type Tensors = Readonly<Record<string, { readonly shape: readonly number[]; readonly values: readonly number[] }>>;

function expectAllTensors(read: Tensors): void {
  expect(Object.keys(read).toSorted()).toEqual(tensors.map(({ name }) => name).toSorted());
  for (const { name, shape, values } of tensors) expect(read[name]).toEqual({ shape, values: Array.from(values) });
}

describe.skipIf(!python)('an independent reader', () => {
  it('finds every weight in the safetensors file', () => {
    expectAllTensors(readBack('read_back.py', 'safetensors', fileOf('safetensors')) as Tensors);
  });

  it('finds every weight in the npz file', () => {
    expectAllTensors(readBack('read_back.py', 'npz', fileOf('npz')) as Tensors);
  });

  it('finds checksums right and every curve in the event file', () => {
    interface Event {
      readonly step: number;
      readonly version?: string;
      readonly scalars: Readonly<Record<string, number>>;
      readonly histograms: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    }
    const [first, ...epochs] = readBack(
      'read_back.py',
      'events',
      recordFile(run, 'events', 'run-1'),
    ) as readonly Event[];
    expect(first!.version).toBe('brain.Event:2');
    expect(epochs.map(({ step }) => step)).toEqual([128, 256]);
    expect(epochs[0]!.scalars).toMatchObject({
      'accuracy/train': 0.875,
      'loss_parts/L1Regularizer_loss': 0.25,
      'sparsity/total': 0.5,
      'bits/fc1.weight': 4,
      'activation_bits/relu1': 8,
    });
    expect(epochs[0]!.scalars['accuracy/validation']).toBeCloseTo(0.9, 6);
    expect(epochs[0]!.histograms).toEqual({});
    expect(epochs[1]!.histograms['weights/fc1.weight']).toEqual({
      min: -1,
      max: 1,
      count: 6,
      limits: [0, 1],
      counts: [1, 5],
    });
  });

  it('finds every weight in the packed model, zeros exactly', () => {
    const script = `import sys, json; sys.path.insert(0, sys.argv[1]); import unpack_model
print(json.dumps({name: {"shape": shape, "values": values} for name, (shape, values) in unpack_model.read(sys.argv[2]).items()}))`;
    const read = readBack(script, import.meta.dirname, fileOf('packed')) as Tensors;
    expectClose(Object.entries(read).map(([name, { shape, values }]) => ({ name, shape, values })));
  });

  it('finds every file in the archive', () => {
    const files = readBack('read_back.py', 'zip', fileOf('all')) as Record<string, number>;
    expect(Object.keys(files)).toEqual([
      'README.txt',
      ...recordFormats.map((format) => recordFile(run, format, 'run-1').name),
      'run-1.safetensors',
      'run-1.npz',
      'run-1.packed',
      'unpack_model.py',
      'tfjs/model.json',
      'tfjs/weights.bin',
    ]);
  });
});

function expectClose(read: readonly { name: string; shape: readonly number[]; values: ArrayLike<number> }[]): void {
  expect(read.map(({ name }) => name)).toEqual(tensors.map(({ name }) => name));
  for (const [at, { shape, values }] of read.entries()) {
    const expected = tensors[at]!;
    expect(shape).toEqual(expected.shape);
    const largest = Math.max(...expected.values.map(Math.abs));
    const error = expected.values.reduce((most, value, index) => Math.max(most, Math.abs(value - values[index]!)), 0);
    expect(error).toBeLessThanOrEqual(2e-6 * largest);
    expect(expected.values.every((value, index) => (value === 0) === (values[index] === 0))).toBe(true);
  }
}

describe('the packed model', () => {
  const file = fileOf('packed').content as Uint8Array;

  it('comes back, zeros exactly and quantized values within rounding', () => {
    expectClose(unpackModel(file).tensors);
  });

  it('packs quantized kernels to four bits and leaves zeros out', () => {
    const { tensors: headers } = unpackModel(file).header;
    expect(headers.find(({ name }) => name === 'conv2.weight')).toMatchObject({ bits: 4, layout: 'dense', scales: 1 });
    expect(headers.find(({ name }) => name === 'fc1.weight')).toMatchObject({ bits: 4, layout: 'csr' });
    expect(headers.find(({ name }) => name === 'fc2.weight')).toMatchObject({ bits: 32, scales: 0, layout: 'bitmask' });
    expect(headers.find(({ name }) => name === 'fc2.bias')).toMatchObject({ bits: 32, scales: 0, layout: 'dense' });
  });

  it('is refused when it is cut short, or is something else', () => {
    expect(() => unpackModel(file.subarray(0, file.length - 1))).toThrow(RangeError);
    expect(() => unpackModel(new Uint8Array(20))).toThrow(/DPACKED1/);
  });
});

describe('the archive of a run', () => {
  const files = unzipSync(fileOf('all').content as Uint8Array);
  const textOf = (name: string): string => new TextDecoder().decode(files[name]);

  it('has a README that explains every file and only these', () => {
    const readme = textOf('README.txt');
    const weightless = Object.keys(files).filter(
      (name) => !['README.txt', 'tfjs/weights.bin', 'unpack_model.py'].includes(name),
    );
    for (const name of weightless) expect(readme).toContain(`\n${name}\n---`);
    expect(readme).toContain('(pixel / 255 - 0.1307) / 0.3081');
    expect(readme).toContain('97.4 % accuracy on the 10000 test samples');
  });

  it('has a schedule for Distiller without the training block', () => {
    const inForce = textOf('run-1.distiller.yaml')
      .split('\n')
      .filter((line) => !line.startsWith('#'));
    expect(inForce).toEqual(['version: 1', 'policies: []', '']);
  });

  it('leaves the TensorFlow.js model out where the schedule builds other layers', () => {
    const other = { ...run, config: { version: 1, text: 'training: {model: mlp_mnist}\npolicies: []' } } as const;
    expect(weightsFile(other, tensors, 'tfjs', 'x')).toBeNull();
    expect(Object.keys(unzipSync(weightsFile(other, tensors, 'all', 'x')!.content as Uint8Array))).not.toContain(
      'tfjs/model.json',
    );
  });
});

test('files are named after number and name of their run', () => {
  expect(runFileName(run, null)).toBe('run-1');
  expect(runFileName(run, 'Nine of ten: not needed!')).toBe('run-1-nine-of-ten-not-needed');
});
