import { expect, test } from 'vitest';
import { networkParameters, type Network } from './network.ts';
import { resizeNetwork } from './resize-network.ts';

const network = (filters: number): Network => ({
  name: 'small',
  inputShape: [2, 2, 1],
  layers: [
    {
      ...{ name: 'conv', kind: 'conv2d', inChannels: 1, outChannels: filters },
      ...{ kernelSize: [1, 1], stride: 1, padding: 0, bias: true },
    },
    { name: 'bn', kind: 'batch-norm', features: filters, epsilon: 1e-5, momentum: 0.1 },
    {
      name: 'depth',
      kind: 'depthwise-conv2d',
      channels: filters,
      kernelSize: [1, 1],
      stride: 1,
      padding: 0,
      bias: false,
    },
    { name: 'flatten', kind: 'flatten' },
    { name: 'fc', kind: 'dense', inFeatures: 4 * filters, outFeatures: 3, bias: true },
  ],
});

test('a thinned network is found again from the shapes of its parameters', () => {
  const shapes = new Map(networkParameters(network(5)).map(({ name, shape }) => [name, shape]));
  expect(resizeNetwork(network(8), shapes)).toEqual(network(5));
  shapes.delete('bn.weight');
  expect(() => resizeNetwork(network(8), shapes)).toThrow('bn');
});
