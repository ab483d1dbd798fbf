import { describe, expect, test } from 'vitest';
import { plainNetwork, randomBatch, randomValues, residualNetwork } from '../../core/network-fixtures.ts';
import type { Network } from '../../core/network.ts';
import { collectStatistics } from '../../core/post-training/calibration.ts';
import { prepareQuantized, type QuantizedModel } from '../../core/post-training/prepare-model.ts';
import {
  type LayerOverride,
  type PostTrainingArguments,
  postTrainingDefaults,
} from '../../core/post-training/settings.ts';
import { planIntegers } from './integer-stages.ts';

interface Variant {
  readonly args?: Partial<PostTrainingArguments>;
  readonly overrides?: Readonly<Record<string, LayerOverride>>;
  readonly isDynamic?: boolean;
}

function modelOf(network: Network, { args, overrides, isDynamic = false }: Variant = {}): QuantizedModel {
  const values = randomValues(network, 3);
  const batches = [randomBatch(network, 5, 1)];
  return prepareQuantized({
    ...{ network, values, args: { ...postTrainingDefaults, ...args } },
    statistics: isDynamic ? null : collectStatistics(network, values, batches),
    overrideOf: (layer) => overrides?.[layer],
  });
}

function kindsOf(model: QuantizedModel): Record<string, string> | undefined {
  const stages = planIntegers(model)?.stages;
  return stages && Object.fromEntries([...stages].map(([site, own]) => [site, own.map(({ kind }) => kind).join()]));
}

describe('what happens between the layers of a quantized model', () => {
  test('layers with weights read integers, others reals, and the answer is real', () => {
    expect(kindsOf(modelOf(plainNetwork))).toEqual({
      '': 'quantize',
      conv1: 'rescale',
      relu1: 'reals',
      pool: 'quantize',
      conv2: 'rescale',
      // The layer that reshapes has no map of its own.
      relu2: 'reals,quantize',
      fc: 'rescale,reals',
    });
  });

  test('kernels are integers, and biases those of the accumulator', () => {
    const { values } = planIntegers(modelOf(plainNetwork))!;
    for (const name of ['conv1.weight', 'conv1.bias', 'conv2.weight', 'fc.weight']) {
      expect(values.get(name)!.every(Number.isInteger), name).toBe(true);
    }
  });

  test('an input that an activation reads first is quantized and made real again', () => {
    const network: Network = { ...plainNetwork, layers: [{ name: 'relu', kind: 'relu' }, ...plainNetwork.layers] };
    expect(kindsOf(modelOf(network))).toMatchObject({ '': 'quantize,reals', relu: 'positive,quantize' });
  });

  test.each<readonly [string, Network, Variant]>([
    ['ranges are measured at every batch', plainNetwork, { isDynamic: true }],
    ['layers with weights compute in float', plainNetwork, { args: { bits_activations: null } }],
    ['one of them does', plainNetwork, { overrides: { conv2: { fake: true } } }],
    ['a layer computes in half floats', plainNetwork, { overrides: { pool: { float_width: 16 } } }],
    ['sums would not be exact', plainNetwork, { args: { bits_activations: 16, bits_parameters: 16 } }],
    ['tensors are added', residualNetwork, {}],
  ])('there is no such form where %s', (_, network, variant) => {
    expect(planIntegers(modelOf(network, variant))).toBeNull();
  });

  test('an input override that cannot apply is an error here too', () => {
    const overrides = { conv2: { input_overrides: { 0: { bits_activations: 4 } } } };
    expect(() => planIntegers(modelOf(plainNetwork, { overrides }))).toThrow(RangeError);
  });
});
