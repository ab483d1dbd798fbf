import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { type Network, networkParameters } from '../core/network.ts';
import ncfRangeLinear from '../methods/quantizers/ncf-range-linear.ts';
import { DeviceNetwork } from './analysis/device-network.ts';
import { useCpuBackend } from './backend-cpu.ts';
import { describeActivations } from './describe-quantization.ts';
import { DeviceParameters } from './device-parameters.ts';
import { TrainedNetwork } from './train-step.ts';

beforeAll(useCpuBackend);

const network: Network = {
  name: 'small',
  inputShape: [2],
  layers: [
    { name: 'fc1', kind: 'dense', inFeatures: 2, outFeatures: 2, bias: true },
    { name: 'relu', kind: 'relu' },
    { name: 'fc2', kind: 'dense', inFeatures: 2, outFeatures: 2, bias: false },
  ],
};
const kernels = { 'fc1.weight': [1, 2, 3, -4], 'fc1.bias': [0.5, 0], 'fc2.weight': [1, -1, 0.5, 2] };
const values = new Map(Object.entries(kernels).map(([name, own]) => [name, Float32Array.from(own)]));
const inputs = [
  [1, 0.1],
  [-0.2, 0.7],
];

/** Trained through one forward pass, without a moving average: the range is that of the batch. */
function quantize(args: object) {
  const model = new TrainedNetwork(
    network,
    new DeviceParameters(networkParameters(network), ({ name }) => values.get(name)!),
  );
  const written = { bits_weights: null, bits_bias: null, ema_decay: 0, ...args };
  model.startQuantization(ncfRangeLinear.create(ncfRangeLinear.args.parse(written)));
  const seen = new Map<string, readonly number[]>();
  tf.tidy(() => {
    model.forward(tf.tensor2d(inputs), true, ({ name }, output) => seen.set(name, [...output.dataSync()]));
  });
  model.commitState();
  return { model, seen };
}

test('a quantizer behind a dense layer takes its output, and one of a ReLU takes its place', () => {
  const { model, seen } = quantize({ bits_activations: 2, mode: 'ASYMMETRIC_UNSIGNED' });
  // fc1 gives 1.8, 1.6, 2.4, −3.2: two bits over [−3.2, 2.4] are steps of 1.8667 around a whole zero point.
  const step = Math.fround(5.6 / 3);
  for (const output of seen.get('fc1')!) expect(output / step).toBeCloseTo(Math.round(output / step), 5);
  expect(seen.get('fc1')).not.toEqual([1.8, 1.6, 2.4, -3.2]);
  expect(Math.min(...seen.get('relu')!)).toBe(0);
  expect(new Set(seen.get('fc2')).size).toBeLessThanOrEqual(4);
  model.dispose();
});

test('with many bits the network computes what it does in float', () => {
  const { model, seen } = quantize({ bits_activations: 16 });
  const float = new DeviceNetwork({ network, values, replaced: null });
  const exact = tf.tidy(() => [...float.forward(tf.tensor2d(inputs)).dataSync()]);
  seen.get('fc2')!.forEach((output, at) => expect(output).toBeCloseTo(exact[at]!, 3));
  float.dispose();
  model.dispose();
});

test('training tracks the range behind the layer; inference and analyses use it', async () => {
  const { model } = quantize({ bits_activations: 4, overrides: { fc2: { bits_activations: null } } });
  const described = await describeActivations(model);
  expect(Object.keys(described)).toEqual(['fc1', 'relu']);
  expect(described['fc1']).toMatchObject({ bits: 4 });
  expect(described['fc1']!.scalars!['tracked_max']).toBeCloseTo(2.4, 5);
  expect(described['fc1']!.scalars!['tracked_min']).toBeCloseTo(-3.2, 5);
  const analysed = new DeviceNetwork({ network, values, replaced: model.quantization });
  const far = tf.tensor2d([[100, 0]]);
  const outputs = tf.tidy(() => [model.forward(far, false), analysed.forward(far)].map((at) => [...at.dataSync()]));
  const limit = 3.2; // symmetric: ±max(|min|, |max|), which the relu lets through as up to 3.2 on both units
  expect(Math.max(...outputs[0]!.map(Math.abs))).toBeLessThanOrEqual(3 * limit + 0.01);
  expect(outputs[1]).toEqual(outputs[0]);
  tf.dispose(far);
  analysed.dispose();
  model.dispose();
});
