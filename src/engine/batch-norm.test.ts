import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import type { Network } from '../core/network.ts';
import { useCpuBackend } from './backend-cpu.ts';
import { normalizeBatch } from './batch-norm.ts';
import { RunningStatistics } from './running-statistics.ts';

beforeAll(useCpuBackend);

const network: Network = {
  name: 'norm',
  inputShape: [1],
  layers: [{ name: 'bn', kind: 'batch-norm', features: 1, epsilon: 1e-5, momentum: 0.1 }],
};

/** Four samples of 1 × 2 pixels with two channels. */
const sample = (): tf.Tensor => tf.tensor4d([1, 5, -2, 0.5, 0.25, 3, 4, -1, 2, 2, -3, 0, 1.5, 1, 0, -4], [4, 1, 2, 2]);

test('each channel of a batch has mean 0 and variance 1, before scale and shift', () => {
  const { output } = normalizeBatch(sample(), tf.tensor1d([2, 1]), tf.tensor1d([-1, 3]), 0);
  const rows = tf.reshape(output, [8, 2]);
  const mean = tf.mean(rows, 0);
  const variance = tf.mean(tf.square(tf.sub(rows, mean)), 0);
  expect(mean.arraySync()).toEqual([expect.closeTo(-1, 5), expect.closeTo(3, 5)]);
  expect(variance.arraySync()).toEqual([expect.closeTo(4, 4), expect.closeTo(1, 4)]);
});

test('gradients go through the statistics of the batch', () => {
  const weights = tf.tensor4d(
    Array.from({ length: 16 }, (_, index) => Math.sin(index * 1.7)),
    [4, 1, 2, 2],
  );
  const loss = (x: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor): tf.Scalar =>
    tf.sum(tf.mul(normalizeBatch(x, scale, shift, 1e-3).output, weights));
  const at: [tf.Tensor, tf.Tensor, tf.Tensor] = [sample(), tf.tensor1d([1.5, 0.5]), tf.tensor1d([0.2, -0.3])];
  const gradients = tf.grads((...args) => loss(...(args as typeof at)))(at);
  at.forEach((tensor, which) => {
    const values = tensor.dataSync();
    const numeric = Array.from(values, (_, index) => {
      const moved = (by: number): number => {
        const changed = Float32Array.from(values);
        changed[index]! += by;
        const args = at.map((other, index) => (index === which ? tf.tensor(changed, tensor.shape) : other));
        return loss(...(args as typeof at)).arraySync();
      };
      return (moved(0.01) - moved(-0.01)) / 0.02;
    });
    numeric.forEach((expected, index) => expect(gradients[which]!.dataSync()[index]).toBeCloseTo(expected, 2));
  });
});

test('running statistics move by the momentum, with the unbiased variance, once the step is committed', async () => {
  const statistics = new RunningStatistics(network);
  const weights = (name: string): tf.Tensor => tf.tensor1d([name === 'bn.weight' ? 1 : 0]);
  const layer = network.layers[0] as Extract<Network['layers'][number], { kind: 'batch-norm' }>;
  const forward = (values: number[]): tf.Tensor =>
    statistics.normalize(layer, tf.tensor2d(values, [values.length, 1]), weights, true);
  const seen = async (): Promise<number[]> => [...(await statistics.read()).values()].map(([value]) => value!);
  forward([1, 2, 3, 4]);
  expect(await seen()).toEqual([0, 1]);
  statistics.commit();
  expect(await seen()).toEqual([expect.closeTo(0.25, 6), expect.closeTo(0.9 + 0.1 * (5 / 3), 6)]);
  forward([100, 300]);
  statistics.forget();
  statistics.commit();
  expect((await seen())[0]).toBeCloseTo(0.25, 6);
  const output = statistics.normalize(layer, tf.tensor2d([[1.25]]), weights, false);
  expect(output.dataSync()[0]).toBeCloseTo(1 / Math.sqrt(0.9 + 0.1 * (5 / 3) + 1e-5), 5);
  statistics.dispose();
});
