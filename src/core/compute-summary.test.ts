import { expect, test } from 'vitest';
import { summarizeCompute } from './compute-summary.ts';
import { convolution, dense, depthwise } from './network-fixtures.ts';
import type { Network } from './network.ts';

const valid = { padding: 0, kernelSize: [5, 5], bias: true } as const;

/** Distiller's LeNet; the figures are its own (reference 12.3). */
const simplenetMnist: Network = {
  name: 'simplenet_mnist',
  inputShape: [28, 28, 1],
  layers: [
    convolution('conv1', 1, 20, valid),
    { name: 'relu1', kind: 'relu' },
    { name: 'pool1', kind: 'max-pool', size: 2 },
    convolution('conv2', 20, 50, valid),
    { name: 'relu2', kind: 'relu' },
    { name: 'pool2', kind: 'max-pool', size: 2 },
    { name: 'flatten', kind: 'flatten' },
    dense('fc1', 800, 500),
    { name: 'relu3', kind: 'relu' },
    dense('fc2', 500, 10),
  ],
};

test('simplenet_mnist takes 2 293 000 multiply-accumulates', () => {
  const summary = summarizeCompute(simplenetMnist);
  expect(summary.totalMacs).toBe(2_293_000);
  expect(summary.layers.map(({ weightCount }) => weightCount)).toEqual([500, 25_000, 400_000, 5000]);
});

test('volumes are those of one input', () => {
  expect(summarizeCompute(simplenetMnist).layers[1]).toMatchObject({
    layer: 'conv2',
    inputShape: [12, 12, 20],
    inputVolume: 2880,
    outputShape: [8, 8, 50],
    outputVolume: 3200,
    macs: 1_600_000,
  });
});

test('a depthwise layer reads one channel for each output', () => {
  const network: Network = { name: 'n', inputShape: [8, 8, 6], layers: [depthwise('d', 6)] };
  expect(summarizeCompute(network).layers[0]).toMatchObject({ weightCount: 54, macs: 64 * 54, kernelSize: [3, 3] });
});

test('a stride divides the work', () => {
  const work = (stride: number): number =>
    summarizeCompute({ name: 'n', inputShape: [8, 8, 2], layers: [convolution('c', 2, 3, { stride })] }).totalMacs;
  expect(work(1)).toBe(4 * work(2));
});
