// The page of integers.spec.ts: models quantized after training, by recorded forward passes and by TensorFlow.js.
import { linearModes } from '../src/core/linear-quantization.ts';
import { convolution, dense, plainNetwork, residualNetwork, separableNetwork } from '../src/core/network-fixtures.ts';
import type { Network } from '../src/core/network.ts';
import { prepareQuantized, type QuantizedModel } from '../src/core/post-training/prepare-model.ts';
import {
  type LayerOverride,
  type PostTrainingArguments,
  postTrainingDefaults,
} from '../src/core/post-training/settings.ts';
import { calibrateSource } from '../src/engine/analysis/calibrate-source.ts';
import { disposeBatches, uploadSamples } from '../src/engine/analysis/measure-samples.ts';
import { QuantizedNetwork } from '../src/engine/analysis/quantized-network.ts';
import type { AnalysisSource } from '../src/engine/analysis/trained-model.ts';
import { RecordedIntegers } from '../src/engine/fused/recorded-integers.ts';
import { loadReference } from '../src/engine/reference-backend.ts';
import { useWebgpuDevice } from '../src/engine/webgpu-device.ts';
import { findModel } from '../src/zoo/models.ts';
import { randomSource } from './random-source.ts';

export interface IntegersReport {
  readonly failures: readonly string[];
  readonly cases: readonly {
    readonly what: string;
    readonly isRecorded: boolean;
    /** Logits that differ in any bit, of how many; none where nothing is recorded. */
    readonly unequal: number;
    readonly count: number;
    /** Logits that differ from the first one. */
    readonly different: number;
    readonly recordedMs: number;
    readonly referenceMs: number;
  }[];
}

/** Maps with borders and channels that fill no vectors, and inputs that are reshaped first. */
const borders: Network = {
  name: 'borders',
  inputShape: [9, 7, 3],
  layers: [
    convolution('conv1', 3, 5, { kernelSize: [5, 5], padding: 2, bias: true }),
    { name: 'relu1', kind: 'relu' },
    convolution('conv2', 5, 7, { bias: true }),
    { name: 'pool', kind: 'max-pool', size: 2 },
    convolution('conv3', 7, 6, { stride: 2, bias: true }),
    { name: 'relu3', kind: 'relu' },
    { name: 'flat', kind: 'flatten' },
    dense('fc1', 24, 6),
    { name: 'relu4', kind: 'relu' },
    dense('fc2', 6, 3),
  ],
};
const flat: Network = {
  name: 'flat',
  inputShape: [3, 2, 1],
  layers: [{ name: 'flat', kind: 'flatten' }, dense('fc1', 6, 7), { name: 'relu', kind: 'relu' }, dense('fc2', 7, 3)],
};
const averaged: Network = {
  ...flat,
  name: 'averaged',
  inputShape: [4, 4, 2],
  layers: [
    convolution('conv', 2, 4),
    { name: 'average', kind: 'avg-pool', size: 2 },
    { name: 'flat', kind: 'flatten' },
    dense('fc', 16, 3),
  ],
};

interface Variant {
  readonly what: string;
  readonly args?: Partial<PostTrainingArguments>;
  readonly overrides?: Readonly<Record<string, LayerOverride>>;
  readonly isDynamic?: boolean;
}

const variants: readonly Variant[] = [
  ...linearModes.map((mode): Variant => ({ what: mode, args: { mode: { activations: mode, weights: mode } } })),
  { what: 'per channel', args: { per_channel_wts: true, bits_activations: 6, bits_parameters: 4 } },
  { what: 'approximated', args: { scale_approx_mult_bits: 6 } },
  ...(['AVG', 'GAUSS', 'LAPLACE'] as const).map(
    (clip): Variant => ({ what: clip, args: { clip_acts: clip, per_channel_wts: true } }),
  ),
  { what: 'clipped weights', args: { clip_acts: 'N_STD', clip_n_stds: 2, also_clip_weights: true } },
  { what: 'narrow accumulator', args: { bits_accum: 12 } },
  { what: 'overridden', overrides: { pool: { quantize_inputs: false }, relu: { bits_activations: 3 } } },
];

/** Those that only TensorFlow.js computes. */
const others: readonly Variant[] = [
  { what: 'dynamic', isDynamic: true },
  { what: 'weights only', args: { bits_activations: null } },
  { what: 'wide', args: { bits_activations: 16, bits_parameters: 16 } },
];

async function modelOf(
  source: AnalysisSource,
  { args, overrides, isDynamic = false }: Variant,
): Promise<QuantizedModel> {
  const { network, values } = source.model;
  const statistics = isDynamic ? null : await calibrateSource(source, { samples: source.samples.count });
  return prepareQuantized({
    ...{ network, values, statistics },
    args: { ...postTrainingDefaults, ...args },
    overrideOf: (layer) => overrides?.[layer],
  });
}

async function byReference(source: AnalysisSource, model: QuantizedModel): Promise<Float32Array> {
  const quantized = new QuantizedNetwork(model);
  const batches = uploadSamples(source, source.samples.count);
  const logits: number[] = [];
  for (const { inputs } of batches) logits.push(...(await quantized.predict(inputs)));
  quantized.dispose();
  disposeBatches(batches);
  return Float32Array.from(logits);
}

async function byRecording(source: AnalysisSource, model: QuantizedModel): Promise<Float32Array | null> {
  const { count } = source.samples;
  const recorded = await RecordedIntegers.create(source, model, Math.min(source.batchSize, count));
  const logits = (await recorded?.predict(count, () => Promise.resolve())) ?? null;
  recorded?.dispose();
  return logits;
}

async function compare(source: AnalysisSource, variant: Variant): Promise<IntegersReport['cases'][number]> {
  const model = await modelOf(source, variant);
  const startedAt = performance.now();
  const own = await byRecording(source, model);
  const between = performance.now();
  const expected = await byReference(source, model);
  return {
    what: `${source.model.network.name}, ${variant.what}`,
    isRecorded: own !== null,
    unequal: own === null ? 0 : expected.filter((value, at) => !Object.is(value, own[at])).length,
    count: expected.length,
    different: expected.filter((value) => value !== expected[0]).length,
    recordedMs: between - startedAt,
    referenceMs: performance.now() - between,
  };
}

/** @param models Names of models that are compared too, with so many samples. */
async function check(models: readonly string[], count: number): Promise<IntegersReport> {
  const { gpu } = navigator as { gpu?: GPU };
  const made = gpu ? await useWebgpuDevice(gpu) : null;
  if (!made?.ok) throw new Error('No WebGPU adapter was found');
  const failures: string[] = [];
  made.backend.onFailure = ({ message }) => failures.push(message);
  await loadReference();
  const cases: IntegersReport['cases'][number][] = [];
  // The last of three batches is short.
  const sources = [plainNetwork, separableNetwork, borders, flat].map((network, at) =>
    randomSource(network, at + 1, 11),
  );
  for (const source of sources) for (const variant of variants) cases.push(await compare(source, variant));
  for (const network of [residualNetwork, averaged])
    cases.push(await compare(randomSource(network, 7, 11), variants[0]!));
  for (const variant of others) cases.push(await compare(sources[0]!, variant));
  for (const name of models) {
    const network = findModel(name)!.build({ classCount: 10, inputShape: [28, 28, 1] });
    const source = randomSource(network, 5, count);
    for (const variant of variants.slice(0, 5)) cases.push(await compare(source, variant));
  }
  return { failures, cases };
}

(globalThis as unknown as { checkIntegers: typeof check }).checkIntegers = check;
