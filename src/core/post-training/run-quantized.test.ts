import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clipModes } from '../clip-ranges.ts';
import { linearModes } from '../linear-quantization.ts';
import {
  dense,
  largestDifference,
  plainNetwork,
  randomBatch,
  randomValues,
  residualNetwork,
  separableNetwork,
} from '../network-fixtures.ts';
import { evaluateNetwork } from '../network-reference.ts';
import type { Network } from '../network.ts';
import { collectStatistics } from './calibration.ts';
import { prepareQuantized } from './prepare-model.ts';
import { evaluateQuantized, type QuantizedLayerTrace } from './run-quantized.ts';
import { postTrainingDefaults, type LayerOverride, type PostTrainingArguments } from './settings.ts';

interface Setting {
  readonly network?: Network;
  readonly args?: Partial<PostTrainingArguments>;
  readonly dynamic?: boolean;
  readonly overrides?: Readonly<Record<string, LayerOverride>>;
  readonly seed?: number;
}

/** The largest error of a quantized network's outputs, relative to the largest of its outputs in float. */
function relativeError({ network = plainNetwork, args, dynamic = false, overrides = {}, seed = 1 }: Setting): number {
  const values = randomValues(network, seed);
  const batch = randomBatch(network, 4, seed + 1);
  const model = prepareQuantized({
    network,
    values,
    args: { ...postTrainingDefaults, ...args },
    statistics: dynamic ? null : collectStatistics(network, values, [batch]),
    overrideOf: (layer) => overrides[layer],
  });
  const exact = evaluateNetwork(network, batch, values);
  const size = exact.values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  return largestDifference(evaluateQuantized(model, batch), exact) / size;
}

test('eight bits come close to float, in every mode, with and without statistics', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...linearModes),
      fc.constantFrom(plainNetwork, residualNetwork, separableNetwork),
      fc.boolean(),
      fc.boolean(),
      fc.integer({ min: 0, max: 99 }),
      (mode, network, dynamic, per_channel_wts, seed) => {
        const args = { mode: { activations: mode, weights: mode }, per_channel_wts };
        expect(relativeError({ network, args, dynamic, seed })).toBeLessThan(0.12);
      },
    ),
    { numRuns: 40 },
  );
});

test('twelve bits come closer than eight, eight than four', () => {
  const errorOf = (bits: number) => relativeError({ args: { bits_activations: bits, bits_parameters: bits } });
  expect(errorOf(12)).toBeLessThan(errorOf(8) / 5);
  expect(errorOf(8)).toBeLessThan(errorOf(4));
});

test.each(clipModes)('the clip mode %s runs, also on weights', (clip_acts) => {
  const args = { clip_acts, clip_n_stds: 3, also_clip_weights: true } as const;
  expect(relativeError({ args })).toBeLessThan(1);
  expect(relativeError({ args, dynamic: true })).toBeLessThan(1);
});

test('fixed-point scales with many bits change little', () => {
  expect(relativeError({ args: { scale_approx_mult_bits: 15 } })).toBeLessThan(0.1);
  expect(relativeError({ network: residualNetwork, args: { scale_approx_mult_bits: 15 } })).toBeLessThan(0.1);
});

test('sixteen bits overflow an accumulator of 32, as on hardware', () => {
  const args = { bits_activations: 16, bits_parameters: 16 };
  expect(relativeError({ args })).toBeGreaterThan(0.1);
  expect(relativeError({ args: { ...args, bits_accum: 48 } })).toBeLessThan(0.001);
});

test('a network whose layers are all off is the float network', () => {
  const off = { bits_activations: null, bits_weights: null };
  const overrides = Object.fromEntries(plainNetwork.layers.map(({ name }) => [name, off]));
  expect(relativeError({ overrides })).toBeLessThan(1e-5);
});

test('fake layers quantize their outputs only', () => {
  const overrides = { conv1: { fake: true }, conv2: { fake: true }, fc: { fake: true } };
  expect(relativeError({ overrides })).toBeLessThan(0.1);
  expect(relativeError({ overrides, args: { bits_parameters: 1 } })).toBe(relativeError({ overrides }));
});

const tiny: Network = { name: 'tiny', inputShape: [2], layers: [dense('fc', 2, 1), { name: 'relu', kind: 'relu' }] };
const tinyValues = new Map([
  ['fc.weight', Float32Array.of(1, -0.5)],
  ['fc.bias', Float32Array.of(0.25)],
]);
const tinyInput = { shape: [1, 2], values: Float32Array.of(1, 0.5) };

function runTiny(args: Partial<PostTrainingArguments>, x = tinyInput) {
  const model = prepareQuantized({
    network: tiny,
    values: tinyValues,
    args: {
      ...postTrainingDefaults,
      mode: { activations: 'SYMMETRIC_RESTRICTED', weights: 'SYMMETRIC_RESTRICTED' },
      ...args,
    },
    statistics: collectStatistics(tiny, tinyValues, [tinyInput]),
  });
  const traces: QuantizedLayerTrace[] = [];
  return { output: evaluateQuantized(model, x, (trace) => traces.push(trace)), traces };
}

test('the steps of one layer, by hand', () => {
  const { output, traces } = runTiny({});
  // Inputs 127 and 64 (from 63.5), weights 127 and −64, scales 127 each; the bias is 0.25 · 127².
  expect(traces[0]!.accumulatorScales).toEqual([127 * 127]);
  expect([...traces[0]!.biasIntegers!]).toEqual([4032]);
  // 127² − 64² + 4032 = 16065 steps of 1/16129; the output has 127 steps per unit: 126.5 of them, rounded down.
  expect(traces[0]!.format!.parameters).toEqual({ scale: 127, zeroPoint: 0 });
  expect([...output.values]).toEqual([Math.fround(126 / 127)]);
});

test('a fused ReLU cuts the accumulator at 0, and an accumulator of few bits saturates', () => {
  const negative = { shape: [1, 2], values: Float32Array.of(-1, 0.5) };
  expect([...runTiny({}, negative).output.values]).toEqual([0]);
  expect(runTiny({ bits_accum: 14 }).output.values[0]).toBeLessThan(0.6);
});

test('an input without a range, and a quantized one with settings of its own, are refused', () => {
  expect(() => relativeError({ args: { inputs_quant_auto_fallback: false } })).toThrow('Input 0 of conv1');
  const overrides = { conv2: { input_overrides: { 0: { bits_activations: 4 } } } };
  expect(() => relativeError({ overrides })).toThrow('conv2');
});

test('a layer in half floats rounds its weights, inputs and outputs to them', () => {
  const network: Network = { name: 'n', inputShape: [2], layers: [dense('fc', 2, 1)] };
  const values = new Map([
    ['fc.weight', Float32Array.of(1 / 3, 1)],
    ['fc.bias', Float32Array.of(0)],
  ]);
  const run = (width: 16 | null): number => {
    const model = prepareQuantized({
      network,
      values,
      args: postTrainingDefaults,
      statistics: null,
      overrideOf: () => ({ bits_activations: null, bits_weights: null, float_width: width }),
    });
    return evaluateQuantized(model, { shape: [1, 2], values: Float32Array.of(0.1, 2048.6) }).values[0]!;
  };
  expect(run(null)).toBeCloseTo(0.1 / 3 + 2048.6, 3);
  // As halves: 0.3333 and 0.09998 and 2048 (steps of 2 from 2048 on: 2048.6 is nearer to it than 2050).
  expect(run(16)).toBe(2048);
});

test('half floats leave three digits, with faked outputs too', () => {
  const half: LayerOverride = { bits_activations: null, bits_weights: null, float_width: 16 };
  const layers = residualNetwork.layers.map(({ name }) => name);
  const all = Object.fromEntries(layers.map((name) => [name, half]));
  const error = relativeError({ network: residualNetwork, overrides: all });
  expect(error).toBeGreaterThan(0);
  expect(error).toBeLessThan(0.005);
  const faked = Object.fromEntries(layers.map((name) => [name, { float_width: 16, fake: true } as const]));
  expect(relativeError({ network: residualNetwork, overrides: faked })).toBeLessThan(0.1);
});
