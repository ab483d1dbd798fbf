import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import {
  convolution,
  dense,
  largestDifference,
  plainNetwork,
  randomBatch,
  randomValues,
  residualNetwork,
  separableNetwork,
} from '../../core/network-fixtures.ts';
import { evaluateNetwork } from '../../core/network-reference.ts';
import type { Network } from '../../core/network.ts';
import { useCpuBackend } from '../backend-cpu.ts';
import { DeviceNetwork } from './device-network.ts';

beforeAll(useCpuBackend);

const paddedNetwork: Network = {
  name: 'padded',
  inputShape: [4, 4, 2],
  layers: [
    { name: 'pad', kind: 'channel-pad', before: 1, after: 2 },
    { name: 'tanh', kind: 'tanh' },
    convolution('conv', 5, 3, { stride: 2 }),
    { name: 'sigmoid', kind: 'sigmoid' },
    { name: 'flat', kind: 'flatten' },
    dense('fc', 12, 3),
  ],
};

test.each([plainNetwork, residualNetwork, separableNetwork, paddedNetwork])(
  '$name gives the outputs of the reference',
  async (network) => {
    const values = randomValues(network, 3);
    const batch = randomBatch(network, 3, 4);
    const before = tf.memory().numTensors;
    const device = new DeviceNetwork({ network, values, replaced: null });
    const inputs = tf.tensor(batch.values.slice(), [...batch.shape]);
    const expected = evaluateNetwork(network, batch, values);
    const logits = await device.predict(inputs);
    expect(largestDifference({ ...expected, values: logits }, expected)).toBeLessThan(1e-4);
    device.dispose();
    inputs.dispose();
    expect(tf.memory().numTensors).toBe(before);
  },
);

test('values that are missing are named', () => {
  const values = randomValues(plainNetwork, 1);
  values.delete('bn1.running_var');
  expect(() => new DeviceNetwork({ network: plainNetwork, values, replaced: null })).toThrow('bn1.running_var');
});

test('a replaced module stands for its layer', async () => {
  const values = randomValues(plainNetwork, 1);
  const replaced = { forward: (name: string, input: tf.Tensor) => (name === 'relu2' ? tf.zerosLike(input) : null) };
  const device = new DeviceNetwork({ network: plainNetwork, values, replaced });
  const { shape, values: pixels } = randomBatch(plainNetwork, 1, 2);
  const logits = await device.predict(tf.tensor(pixels, [...shape]));
  expect([...logits]).toEqual([...values.get('fc.bias')!]);
  device.dispose();
});
