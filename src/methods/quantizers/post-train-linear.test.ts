import { describe, expect, test } from 'vitest';
import { prepareQuantized } from '../../core/post-training/prepare-model.ts';
import { postTrainingDefaults } from '../../core/post-training/settings.ts';
import { plainNetwork, randomValues, residualNetwork } from '../../core/network-fixtures.ts';
import { createInstance, problemsOf } from '../create-instance.ts';
import definition from './post-train-linear.ts';

const create = (args: object = {}) => createInstance('post-training', 'PostTrainLinearQuantizer', args);
const problems = (args: object) => problemsOf('PostTrainLinearQuantizer', args);
const override = (entry: object, layer = 'conv1', args: object = {}) =>
  create({ ...args, overrides: { [layer]: entry } }).overridesFor(plainNetwork)(layer);

test("has Distiller's defaults, and measures every batch", () => {
  const { args, ranges, overridesFor } = create();
  expect(args).toEqual(postTrainingDefaults);
  expect(ranges).toEqual({ kind: 'dynamic' });
  for (const { name } of plainNetwork.layers) expect(overridesFor(plainNetwork)(name)).toBeUndefined();
});

test('takes one mode for both sides or one for each', () => {
  expect(create({ mode: 'ASYMMETRIC_SIGNED' }).args.mode).toEqual({
    activations: 'ASYMMETRIC_SIGNED',
    weights: 'ASYMMETRIC_SIGNED',
  });
  expect(create({ mode: { activations: 'ASYMMETRIC_UNSIGNED' } }).args.mode.weights).toBe('SYMMETRIC');
});

test('gives what the preparation of a trained network takes', () => {
  const { args, overridesFor } = create({ bits_parameters: 4, overrides: { conv2: { bits_weights: 8 } } });
  const values = randomValues(plainNetwork, 1);
  const overrideOf = overridesFor(plainNetwork);
  const model = prepareQuantized({ network: plainNetwork, values, args, overrideOf, statistics: null });
  expect(model.layers.get('conv2')?.settings.bits_weights).toBe(8);
  expect(model.layers.get('fc')?.settings.bits_weights).toBe(4);
});

describe('an override', () => {
  test('counts for the layer of its name', () => {
    const { overridesFor } = create({ overrides: { conv1: { bits_weights: 2 }, conv2: { bits_weights: 4 } } });
    const bits = (layer: string) => overridesFor(plainNetwork)(layer)?.bits_weights;
    expect([bits('conv1'), bits('conv2'), bits('fc')]).toEqual([2, 4, undefined]);
  });

  test('changes only what its layer takes', () => {
    expect(override({ per_channel_wts: true, mode: 'ASYMMETRIC_SIGNED' })).toEqual({
      per_channel_wts: true,
      mode: { activations: 'ASYMMETRIC_SIGNED', weights: 'ASYMMETRIC_SIGNED' },
    });
    expect(override({ per_channel_wts: true, mode: 'ASYMMETRIC_SIGNED', clip_acts: 'AVG' }, 'relu1')).toEqual({
      clip_acts: 'AVG',
    });
  });

  test('names inputs by their number', () => {
    expect(override({ input_overrides: { 0: { from_output: true } } })).toEqual({
      input_overrides: { 0: { from_output: true } },
    });
    expect(() => override({ input_overrides: { 0: { from_output: true, mode: 'SYMMETRIC' } } })).toThrow(RangeError);
  });

  test('leaves a layer in float by a width of floats', () => {
    const float = { bits_activations: null, bits_weights: null };
    expect(override({ fpq_module: 32 })).toEqual(float);
    expect(override({ fp16: true })).toEqual({ ...float, float_width: 16 });
    expect(override({ fp16: true }, 'relu1')).toEqual({ float_width: 16 });
    expect(override({ fpq_module: 32, fake: true })).toEqual({ fake: true });
    expect(override({ fpq_module: 32 }, 'relu1')).toBeUndefined();
    expect(override({ fpq_module: null, bits_weights: 4 }, 'conv1', { fpq_module: 32 })).toEqual({ bits_weights: 4 });
  });
});

test('a width of floats for all leaves layers with weights and additions in float', () => {
  const overrideOf = create({ fpq_module: 16 }).overridesFor(residualNetwork);
  const inFloat = residualNetwork.layers.filter(({ name }) => overrideOf(name)?.bits_activations === null);
  expect(new Set(inFloat.map(({ kind }) => kind))).toEqual(new Set(['conv2d', 'dense', 'add']));
});

test('finds clip modes that lack a number or a table', () => {
  expect(problems({ clip_acts: 'N_STD' })).toEqual(['clip-needs-deviations']);
  expect(problems({ clip_acts: 'N_STD', clip_n_stds: 2 })).toEqual([]);
  expect(problems({ clip_acts: 'GAUSS', bits_activations: 9 })).toEqual(['clip-bits']);
  expect(problems({ overrides: { fc: { clip_acts: 'N_STD' } } })).toEqual(['clip-needs-deviations']);
  expect(problems({ clip_acts: 'N_STD', clip_n_stds: 2, also_clip_weights: true, per_channel_wts: true })).toEqual([
    'clip-per-channel',
  ]);
  expect(problems({ clip_acts: 'LAPLACE', bits_parameters: 9, also_clip_weights: true })).toEqual(['clip-bits']);
});

test('finds widths of floats that contradict each other, and patterns that are none', () => {
  expect(problems({ fp16: true })).toEqual(['old-spelling']);
  expect(problems({ fp16: true, fpq_module: 32 })).toEqual(['floats-contradict']);
  expect(problems({ overrides: { 'conv(': {} } })).toEqual(['bad-pattern']);
});

test('takes statistics from a map, and measures them where a file is named', () => {
  const tensor = { min: -1, max: 1, avg_min: -1, avg_max: 1, mean: 0, std: 1, b: 1 };
  const record = { conv1: { inputs: { 0: tensor }, output: tensor } };
  const { ranges } = create({ model_activation_stats: record });
  expect(ranges.kind === 'given' && ranges.statistics.get('conv1')?.output.max).toBe(1);
  expect(create({ model_activation_stats: 'stats.yaml' }).ranges).toEqual({ kind: 'calibrate' });
  expect(problems({ model_activation_stats: 'stats.yaml' })).toEqual(['statistics-measured']);
  expect(() => create({ model_activation_stats: { conv1: {} } })).toThrow(RangeError);
});

test('says which keys a layer does not take', () => {
  const args = definition.args.parse({ overrides: { relu1: { mode: 'SYMMETRIC' }, conv1: { mode: 'SYMMETRIC' } } });
  expect(definition.checkNetwork?.(args, plainNetwork).map(({ message }) => message.split('`')[1])).toEqual(['relu1']);
});
