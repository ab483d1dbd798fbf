import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test, vi } from 'vitest';
import { plainNetwork, randomValues, residualNetwork, withZeroFilters } from '../../core/network-fixtures.ts';
import { evaluateNetwork } from '../../core/network-reference.ts';
import { completeArguments } from '../../methods/create-instance.ts';
import {
  type AnalysisRequest,
  type AnalysisResult,
  type PostTrainingVariant,
  postTrainingMethod,
} from '../../protocol/analysis.ts';
import { useCpuBackend } from '../backend-cpu.ts';
import { sourceOf } from './analysis-fixtures.ts';
import { runAnalysis } from './run-analysis.ts';
import type { AnalysisSource } from './trained-model.ts';

beforeAll(useCpuBackend);

async function ask<Kind extends AnalysisRequest['kind']>(
  source: AnalysisSource,
  request: Extract<AnalysisRequest, { kind: Kind }>,
): Promise<Extract<AnalysisResult, { kind: Kind }>> {
  const before = tf.memory().numTensors;
  const result = await runAnalysis(source, request);
  expect(tf.memory().numTensors, 'tensors are freed').toBe(before);
  return result as Extract<AnalysisResult, { kind: Kind }>;
}

const variant = (label: string, args: object = {}): PostTrainingVariant => ({
  label,
  args: completeArguments(postTrainingMethod, { model_activation_stats: 'calibrate', ...args }),
});

const values = randomValues(plainNetwork, 1);
const source = sourceOf(plainNetwork, values);
const allRequests: readonly AnalysisRequest[] = [
  { kind: 'sensitivity', group: 'element', levels: [0, 0.5], samples: 10 },
  {
    kind: 'post-training',
    variants: [variant('eight')],
    calibrationSamples: 5,
    samples: 10,
  },
  { kind: 'thinning', function: 'remove_filters', samples: 10 },
  { kind: 'activations', samples: 10 },
  { kind: 'bit-widths', targets: 'both', bits: [8, 2], perChannel: false, calibrationSamples: 5, samples: 10 },
  { kind: 'inference-time', batchSizes: [1, 4] },
];

test('sensitivity starts at what the model achieves, and tests every kernel', async () => {
  const { unpruned, results } = await ask(source, {
    kind: 'sensitivity',
    group: 'element',
    levels: [0, 0.95],
    samples: 10,
  });
  expect(results.map(({ parameter }) => parameter)).toEqual(['conv1.weight', 'conv2.weight', 'fc.weight']);
  for (const { points } of results) {
    expect(points[0]).toEqual({ level: 0, sparsity: 0, ...unpruned });
    expect(points[1]!.sparsity).toBeCloseTo(0.95, 1);
    expect(points[1]!.loss).not.toBe(unpruned.loss);
  }
  expect(unpruned.top5).toBe(1);
});

test('accuracy and loss are those of the reference', async () => {
  const { before } = await ask(source, { kind: 'thinning', function: 'remove_filters', samples: 10 });
  const inputs = { shape: [10, 6, 6, 2], values: source.samples.inputs as Float32Array };
  const logits = evaluateNetwork(plainNetwork, inputs, values).values;
  let right = 0;
  let loss = 0;
  for (const [sample, label] of source.samples.labels.entries()) {
    const row = [...logits.subarray(sample * 3, sample * 3 + 3)];
    if (Math.max(...row) === row[label]) right++;
    loss += Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0)) - row[label]!;
  }
  expect(before.achievement.top1).toBeCloseTo(right / 10, 9);
  expect(before.achievement.loss).toBeCloseTo(loss / 10, 4);
});

test('filters of zeros without a shift go, and the outputs stay', async () => {
  const thinnable = withZeroFilters(values, 'conv2.weight', 5, [1, 3]);
  const result = await ask(sourceOf(plainNetwork, thinnable), {
    kind: 'thinning',
    function: 'remove_filters',
    samples: 10,
  });
  expect(result.removed).toEqual(['conv2: 2 of 5 filters', 'fc: 8 of 20 inputs']);
  expect(result.refusal).toBeNull();
  expect(result.outputDifference).toBeLessThan(1e-4);
  expect(result.after.parameters).toBeLessThan(result.before.parameters);
  expect(result.after.macs).toBeLessThan(result.before.macs);
  expect(result.after.achievement.top1).toBe(result.before.achievement.top1);
  expect(result.after.inferenceMs).toBeGreaterThan(0);
});

test('a batch-norm that shifts removed filters makes another output, which is said', async () => {
  const thinnable = withZeroFilters(values, 'conv1.weight', 4, [0]);
  const result = await ask(sourceOf(plainNetwork, thinnable), {
    kind: 'thinning',
    function: 'contract_model',
    samples: 10,
  });
  expect(result.removed).toEqual(['conv1: 1 of 4 filters', 'conv2: 1 of 4 channels']);
  expect(result.outputDifference).toBeGreaterThan(1e-3);
});

test('a model without zeros stays, a refusal is a sentence', async () => {
  const plain = await ask(source, { kind: 'thinning', function: 'contract_model', samples: 4 });
  expect(plain).toMatchObject({ removed: [], refusal: null, outputDifference: 0 });
  const uneven = withZeroFilters(randomValues(residualNetwork, 2), 'conv1.weight', 4, [0]);
  const refused = await ask(sourceOf(residualNetwork, uneven), {
    kind: 'thinning',
    function: 'remove_filters',
    samples: 4,
  });
  expect(refused.removed).toEqual([]);
  expect(refused.refusal).toContain('Leader');
});

test('the summary counts zeros and work', async () => {
  const { rows, totalMacs } = await ask(sourceOf(plainNetwork, withZeroFilters(values, 'conv1.weight', 4, [2])), {
    kind: 'summary',
  });
  expect(rows.map(({ parameter, size, nonZero }) => [parameter, size, nonZero])).toEqual([
    ['conv1.weight', 72, 54],
    ['conv2.weight', 80, 80],
    ['fc.weight', 60, 60],
  ]);
  expect(rows[0]!.structures.filters).toBe(0.25);
  expect(rows[0]!.macs).toBe(36 * 72);
  expect(totalMacs).toBe(36 * 72 + 4 * 80 + 60);
});

test('activations have a share of zeros for each channel', async () => {
  const { rows } = await ask(source, { kind: 'activations', samples: 10 });
  expect(rows.map(({ layer, apoz }) => [layer, apoz.length])).toEqual([
    ['relu1', 4],
    ['relu2', 5],
  ]);
  const inputs = { shape: [10, 6, 6, 2], values: source.samples.inputs as Float32Array };
  evaluateNetwork(plainNetwork, inputs, values, ({ name }, _, output) => {
    const row = rows.find(({ layer }) => layer === name);
    if (!row) return;
    const ofFirst = output.values.filter((_value, at) => at % row.apoz.length === 0);
    expect(row.apoz[0]).toBeCloseTo(ofFirst.filter((value) => value === 0).length / ofFirst.length, 6);
    expect(row.mean[0]).toBeCloseTo(ofFirst.reduce((sum, value) => sum + value, 0) / ofFirst.length, 4);
    const { counts, high } = row.histogram!;
    const notZero = Array.from(output.values).filter((value) => value !== 0);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(notZero.length);
    expect(Math.max(...notZero)).toBeLessThan(high);
    expect(Math.max(...notZero)).toBeGreaterThanOrEqual(high / 2);
    expect(row.sparsity).toBeCloseTo(output.values.filter((value) => value === 0).length / output.values.length, 6);
  });
});

test('each variant of post-training quantization is measured, with the statistics it used', async () => {
  const result = await ask(source, {
    kind: 'post-training',
    variants: [
      variant('plain'),
      variant('coarse', { bits_activations: 2, bits_parameters: 2 }),
      variant('dynamic', { model_activation_stats: null }),
      variant('weights', { bits_activations: null, bits_parameters: 4 }),
    ],
    calibrationSamples: 6,
    samples: 10,
  });
  const losses = result.variants.map(({ achievement }) => Math.abs(achievement.loss - result.float.loss));
  expect(losses[0]).toBeLessThan(0.1);
  expect(losses[1]).toBeGreaterThan(losses[0]!);
  expect(losses[2]).toBeLessThan(0.1);
  expect(result.variants[0]!.layers[0]).toMatchObject({ layer: 'conv1', bits: { weights: 8, activations: 8 } });
  expect(result.variants[0]!.layers[0]!.scale).toBeGreaterThan(0);
  expect(result.variants[3]!.layers[0]).toMatchObject({ layer: 'conv1', bits: { weights: 4, activations: null } });
  expect(Object.keys(result.statistics as object)).toEqual(plainNetwork.layers.map(({ name }) => name));
});

test('statistics are not collected for dynamic variants alone', async () => {
  const { statistics } = await ask(source, {
    kind: 'post-training',
    variants: [variant('dynamic', { model_activation_stats: null })],
    calibrationSamples: 6,
    samples: 4,
  });
  expect(statistics).toBeNull();
});

test('a model that is quantized already is not quantized again', async () => {
  const quantized = { ...source, model: { ...source.model, replaced: { forward: () => null } } };
  for (const kind of ['post-training', 'bit-widths']) {
    const request = allRequests.find((one) => one.kind === kind)!;
    await expect(runAnalysis(quantized, request)).rejects.toThrow('quantized already');
  }
});

test('fewer bits of one module alone cost more, and everything else stays float', async () => {
  const request = { kind: 'bit-widths', bits: [8, 1], perChannel: true, calibrationSamples: 10, samples: 10 } as const;
  const { float, results } = await ask(source, { ...request, targets: 'both' });
  expect(results.map(({ module, target, size, scales }) => [module, target, size, scales])).toEqual([
    ['conv1', 'weights', 72, 4],
    ['conv2', 'weights', 80, 5],
    ['fc', 'weights', 60, 3],
    ['relu1', 'activations', 0, 0],
    ['relu2', 'activations', 0, 0],
  ]);
  for (const { module, points } of results) {
    expect(points.map(({ bits }) => bits)).toEqual([8, 1]);
    const [fine, coarse] = points.map(({ loss }) => Math.abs(loss - float.loss));
    expect(fine, module).toBeLessThan(0.05);
    expect(coarse, module).toBeGreaterThan(fine!);
  }
});

test('the bits of weights are those of the post-training quantizer', async () => {
  const overrides = { conv2: { bits_weights: 3 } };
  const args = { bits_activations: null, bits_parameters: null, mode: 'ASYMMETRIC_UNSIGNED', overrides };
  const { variants } = await ask(source, {
    ...{ kind: 'post-training', calibrationSamples: 5, samples: 10 },
    variants: [variant('conv2', { ...args, model_activation_stats: null })],
  });
  const { results } = await ask(source, {
    ...{ kind: 'bit-widths', targets: 'weights', bits: [3], perChannel: false, calibrationSamples: 5, samples: 10 },
  });
  expect(results[1]!.points[0]!.loss).toBeCloseTo(variants[0]!.achievement.loss, 5);
});

test('one inference is timed dense, with zeros, and without zero structures where there are any', async () => {
  const request = { kind: 'inference-time', batchSizes: [1, 4] } as const;
  const still = await ask(source, request);
  expect(still.times.map(({ form, batchSize }) => [form, batchSize])).toEqual([
    ['dense', 1],
    ['masked', 1],
    ['dense', 4],
    ['masked', 4],
  ]);
  const thinnable = sourceOf(plainNetwork, withZeroFilters(values, 'conv2.weight', 5, [1, 3]));
  const { times, removed } = await ask(thinnable, request);
  expect(times.map(({ form }) => form)).toEqual(['dense', 'masked', 'thinned', 'dense', 'masked', 'thinned']);
  expect(removed).toEqual(['conv2: 2 of 5 filters', 'fc: 8 of 20 inputs']);
  for (const { lowMs, medianMs, highMs } of times) {
    expect(lowMs).toBeGreaterThan(0);
    expect(medianMs).toBeGreaterThanOrEqual(lowMs);
    expect(highMs).toBeGreaterThanOrEqual(medianMs);
  }
});

test.each(allRequests)('progress of $kind counts to its total', async (request) => {
  const onProgress = vi.fn<(done: number, total: number) => void>();
  await runAnalysis(source, request, { onProgress });
  const total = onProgress.mock.calls[0]![1];
  expect(onProgress.mock.calls).toEqual(Array.from({ length: total }, (_, at) => [at + 1, total]));
});

test.each(allRequests)('an abort ends $kind, frees its tensors and leaves the model as it was', async (request) => {
  const before = tf.memory().numTensors;
  const copies = new Map(Array.from(values, ([name, weights]) => [name, weights.slice()]));
  const controller = new AbortController();
  const onProgress = (): void => controller.abort(new Error('enough'));
  await expect(runAnalysis(source, request, { onProgress, signal: controller.signal })).rejects.toThrow('enough');
  expect(tf.memory().numTensors).toBe(before);
  expect(values).toEqual(copies);
});
