import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { linearModes } from '../../core/linear-quantization.ts';
import {
  plainNetwork,
  randomBatch,
  randomValues,
  residualNetwork,
  separableNetwork,
} from '../../core/network-fixtures.ts';
import { collectStatistics } from '../../core/post-training/calibration.ts';
import { prepareQuantized } from '../../core/post-training/prepare-model.ts';
import { evaluateQuantized } from '../../core/post-training/run-quantized.ts';
import { postTrainingDefaults, type LayerOverride } from '../../core/post-training/settings.ts';
import { useCpuBackend } from '../backend-cpu.ts';
import { calibrate } from './calibrate.ts';
import { DeviceNetwork } from './device-network.ts';
import { QuantizedNetwork } from './quantized-network.ts';

beforeAll(useCpuBackend);

/** Where some layers compute in float, a sum on the border between two integers may go either way: one step of 8 bits. */
const settings: readonly { readonly overrides: Readonly<Record<string, LayerOverride>>; readonly tolerance: number }[] =
  [
    { overrides: {}, tolerance: 1e-5 },
    { overrides: { conv1: { input_overrides: { 0: { bits_activations: 6 } } } }, tolerance: 1e-5 },
    { overrides: { conv1: { bits_activations: null }, fc: { fake: true } }, tolerance: 0.05 },
    {
      overrides: { conv1: { bits_activations: null, bits_weights: null, float_width: 16 }, flat: { float_width: 16 } },
      tolerance: 0.05,
    },
    {
      overrides: { conv2: { bits_activations: null, bits_weights: null }, flat: { quantize_inputs: false } },
      tolerance: 0.05,
    },
  ];

test('the device rounds to the integers of the reference, and frees all it made', async () => {
  const before = tf.memory().numTensors;
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        network: fc.constantFrom(plainNetwork, residualNetwork, separableNetwork),
        mode: fc.constantFrom(...linearModes),
        dynamic: fc.boolean(),
        perChannel: fc.boolean(),
        approximation: fc.constantFrom(null, 6),
        setting: fc.constantFrom(...settings),
        seed: fc.integer({ min: 0, max: 99 }),
      }),
      async ({ network, mode, dynamic, perChannel, approximation, setting, seed }) => {
        const values = randomValues(network, seed);
        const batch = randomBatch(network, 3, seed + 1);
        const model = prepareQuantized({
          network,
          values,
          args: {
            ...postTrainingDefaults,
            mode: { activations: mode, weights: mode },
            per_channel_wts: perChannel,
            scale_approx_mult_bits: approximation,
          },
          statistics: dynamic ? null : collectStatistics(network, values, [batch]),
          overrideOf: (layer) => setting.overrides[layer],
        });
        const expected = evaluateQuantized(model, batch).values;
        const device = new QuantizedNetwork(model);
        const input = tf.tensor(batch.values.slice(), [...batch.shape]);
        const got = await device.predict(input);
        device.dispose();
        input.dispose();
        const size = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
        for (const [at, value] of got.entries())
          expect(Math.abs(value - expected[at]!)).toBeLessThan(setting.tolerance * size);
      },
    ),
    { numRuns: 60 },
  );
  expect(tf.memory().numTensors).toBe(before);
});

test.each(['samples', 'distiller'] as const)(
  'calibration on the device measures as the reference (%s)',
  async (rule) => {
    const values = randomValues(residualNetwork, 5);
    const batches = [randomBatch(residualNetwork, 3, 1), randomBatch(residualNetwork, 2, 2)];
    const before = tf.memory().numTensors;
    const network = new DeviceNetwork({ network: residualNetwork, values, replaced: null });
    const inputs = batches.map((batch) => tf.tensor(batch.values.slice(), [...batch.shape]));
    const got = await calibrate({ network, batches: inputs, rule });
    network.dispose();
    tf.dispose(inputs);
    expect(tf.memory().numTensors).toBe(before);
    const expected = collectStatistics(residualNetwork, values, batches, rule);
    expect([...got.keys()]).toEqual([...expected.keys()]);
    for (const [name, { inputs: ofInputs, output }] of expected) {
      for (const [wanted, measured] of [...ofInputs, output].map(
        (one, at) => [one, [...got.get(name)!.inputs, got.get(name)!.output][at]!] as const,
      )) {
        expect(measured.shape).toEqual(wanted.shape);
        expect(measured.total_numel).toBe(wanted.total_numel);
        for (const key of ['min', 'max', 'avg_min', 'avg_max', 'mean', 'std', 'b'] as const)
          expect(measured[key], `${name} ${key}`).toBeCloseTo(wanted[key], 4);
      }
    }
  },
);
