import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, expect, test } from 'vitest';
import { networkParameters } from '../core/network.ts';
import { smallNetwork } from '../methods/parameter-fixtures.ts';
import { useCpuBackend } from './backend-cpu.ts';
import { DeviceParameters } from './device-parameters.ts';
import { useHostBackend } from './host-backend.ts';
import { Optimizer } from './optimizer.ts';

const sgd = { class: 'SGD', lr: 1, momentum: 0.5, weightDecay: 0, nesterov: false } as const;
const specs = networkParameters(smallNetwork);
const { name, size } = specs[0]!;
const counting = Float32Array.from({ length: size }, (_, index) => index + 1);
const mask = Float32Array.from({ length: size }, (_, index) => index % 2);

beforeEach(useHostBackend);

test('holds parameters with masks, and masks them', async () => {
  const before = tf.memory().numTensors;
  const parameters = new DeviceParameters(specs, (spec) => new Float32Array(spec.size).fill(3));
  parameters.setValues(name, counting);
  parameters.setMask(name, mask);
  parameters.multiplyByMask(name);
  expect((await parameters.readValues([name])).get(name)).toEqual(counting.map((value, at) => value * mask[at]!));
  expect((await parameters.readMasks([name])).get(name)).toEqual(mask);
  parameters.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test('computes nothing else', () => {
  expect(() => tf.add(tf.scalar(1), 1)).toThrow('host');
});

test('another backend takes over what is held, state of the optimizer included', async () => {
  const parameters = new DeviceParameters(specs, (spec) => new Float32Array(spec.size).fill(3));
  const weights = parameters.variable(name);
  const optimizer = new Optimizer(sgd, [weights]);
  optimizer.advance(weights, [new Float32Array(size).fill(4)]);
  await useCpuBackend();
  tf.tidy(() => optimizer.step(() => tf.onesLike(weights)));
  expect((await parameters.readValues([name])).get(name)).toEqual(new Float32Array(size).fill(0));
  expect(await optimizer.readState(weights)).toEqual([new Float32Array(size).fill(3)]);
});
