import { expect, test } from 'vitest';
import { plainNetwork, randomBatch, randomValues, residualNetwork } from '../network-fixtures.ts';
import type { Network } from '../network.ts';
import { collectStatistics } from './calibration.ts';
import { prepareQuantized, type PostTrainingRequest } from './prepare-model.ts';
import { fuseActivationRanges } from './prepare-statistics.ts';
import { postTrainingDefaults, type LayerOverride } from './settings.ts';

const values = randomValues(plainNetwork, 1);
const statistics = collectStatistics(plainNetwork, values, [randomBatch(plainNetwork, 4, 2)]);

function prepare(changes: Partial<PostTrainingRequest> & { overrides?: Readonly<Record<string, LayerOverride>> } = {}) {
  const { overrides = {}, ...rest } = changes;
  return prepareQuantized({
    network: plainNetwork,
    values,
    args: postTrainingDefaults,
    statistics,
    overrideOf: (layer) => overrides[layer],
    ...rest,
  });
}

const kinds = (model: ReturnType<typeof prepare>) => [...model.layers.values()].map(({ kind }) => kind);

test('layers with weights compute in integers, others are faked, and a ReLU behind a quantized layer goes', () => {
  const model = prepare();
  expect([...model.layers.keys()]).toEqual(['conv1', 'relu1', 'pool', 'conv2', 'relu2', 'flat', 'fc']);
  expect(kinds(model)).toEqual(['linear', 'identity', 'fake', 'linear', 'identity', 'fake', 'linear']);
  expect(model.layers.get('conv1')).toMatchObject({ halfRange: true, settings: { bits_weights: 8 } });
  expect(model.layers.get('fc')!.halfRange).toBe(false);
});

test('a folded layer has the output statistics of its normalization, cut at 0', () => {
  const model = prepare();
  expect(model.statistics!.has('bn1')).toBe(false);
  const output = model.statistics!.get('conv1')!.output;
  expect(output).toMatchObject({ min: 0, avg_min: 0, max: statistics.get('bn1')!.output.max });
  expect(output.mean).toBe(statistics.get('bn1')!.output.mean);
  expect(model.statistics!.get('relu1')!.inputs[0]).toEqual(output);
});

test('without activation bits only weights are quantized, and nothing is fused', () => {
  const model = prepare({ args: { ...postTrainingDefaults, bits_activations: null, bits_parameters: 2 } });
  expect(kinds(model)).toEqual(['weights-only', 'float', 'float', 'weights-only', 'float', 'float', 'weights-only']);
  expect(new Set(model.values.get('fc.weight')).size).toBeLessThanOrEqual(4);
  expect(model.statistics!.get('conv2')).toEqual(statistics.get('conv2'));
});

test('a layer that is left in float keeps its ranges and its ReLU', () => {
  const model = prepare({ overrides: { conv2: { bits_activations: null, bits_weights: null } } });
  expect(model.layers.get('conv2')!.kind).toBe('float');
  expect(model.layers.get('relu2')).toMatchObject({ kind: 'fake', halfRange: true });
  expect(model.statistics!.get('conv2')!.output.min).toBeLessThan(0);
});

test('overrides change bits and clip modes of one layer, and fake leaves its weights alone', () => {
  const model = prepare({ overrides: { conv2: { bits_activations: 4, clip_acts: 'AVG' }, fc: { fake: true } } });
  expect(model.layers.get('conv2')!.output!.integers).toEqual({ min: -8, max: 7 });
  expect(model.layers.get('fc')).toMatchObject({ kind: 'fake', kernel: null });
  expect(model.layers.get('fc')!.output!.integers.max).toBe(127);
});

test('a ReLU of its own is clipped by the distribution of its input', () => {
  const overrides = { conv2: { bits_activations: null, bits_weights: null }, relu2: { clip_acts: 'GAUSS' } } as const;
  const format = prepare({ overrides }).layers.get('relu2')!.output!;
  const { mean, std } = statistics.get('relu2')!.inputs[0]!;
  expect(format.parameters.scale).toBeCloseTo(127.5 / (Math.abs(mean) + 3.92 * std), 3);
});

test('inputs may have settings of their own, which are never of half range', () => {
  const mode = { activations: 'ASYMMETRIC_UNSIGNED', weights: 'SYMMETRIC' } as const;
  const args = { ...postTrainingDefaults, mode, clip_acts: 'GAUSS' } as const;
  const fallback = prepare({ args }).layers.get('conv1')!.inputFallbacks[0]!;
  const own = prepare({ args, overrides: { conv1: { input_overrides: { 0: { bits_activations: 8 } } } } });
  expect(own.layers.get('conv1')!.inputFallbacks[0]!.parameters.scale).toBeLessThan(fallback.parameters.scale);
  const asOutput = prepare({ args, overrides: { conv1: { input_overrides: { 0: { from_output: true } } } } });
  expect(asOutput.layers.get('conv1')!.inputFallbacks).toEqual(own.layers.get('conv1')!.inputFallbacks);
});

test('an addition needs statistics; without them it stays in float', () => {
  const own = randomValues(residualNetwork, 1);
  const recorded = collectStatistics(residualNetwork, own, [randomBatch(residualNetwork, 2, 1)]);
  const both = { network: residualNetwork, values: own };
  expect(prepare({ ...both, statistics: recorded }).layers.get('add')).toMatchObject({ kind: 'add', halfRange: true });
  const dynamic = prepare({ ...both, statistics: null });
  expect(dynamic.layers.get('add')!.kind).toBe('float');
  expect(dynamic.layers.get('relu2')!.kind).toBe('fake');
});

test('missing statistics, more than 8 bits with GAUSS and N_STD without a number are refused', () => {
  expect(() => prepare({ statistics: new Map() })).toThrow('conv1');
  expect(() => prepare({ args: { ...postTrainingDefaults, bits_activations: 9, clip_acts: 'GAUSS' } })).toThrow(
    RangeError,
  );
  expect(() => prepare({ args: { ...postTrainingDefaults, clip_acts: 'N_STD' } })).toThrow(RangeError);
});

test('ranges before tanh and sigmoid are cut where they saturate', () => {
  const network: Network = {
    name: 'n',
    inputShape: [1],
    layers: [
      { name: 'a', kind: 'relu' },
      { name: 't', kind: 'tanh' },
      { name: 'b', kind: 'relu' },
      { name: 's', kind: 'sigmoid' },
    ],
  };
  const wide = { min: -9, max: 9, avg_min: -8, avg_max: 5, mean: 0, std: 1, b: 1 };
  const recorded = new Map(network.layers.map(({ name }) => [name, { inputs: [wide], output: wide }]));
  const fused = fuseActivationRanges(network, recorded, () => true);
  expect(fused.get('a')!.output).toMatchObject({ min: -4, max: 4, avg_min: -4, avg_max: 4 });
  expect(fused.get('b')!.output).toMatchObject({ min: -6, max: 6, avg_min: -6, avg_max: 5 });
  expect(fused.get('s')!.inputs[0]).toEqual(fused.get('b')!.output);
  expect(fuseActivationRanges(network, recorded, () => false)).toEqual(recorded);
});
