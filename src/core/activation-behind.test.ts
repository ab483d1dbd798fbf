import { expect, test } from 'vitest';
import { activationBehind } from './activation-behind.ts';
import type { Network } from './network.ts';

const convolution = (name: string) =>
  ({
    name,
    kind: 'conv2d',
    inChannels: 2,
    outChannels: 2,
    kernelSize: [1, 1],
    stride: 1,
    padding: 0,
    bias: false,
  }) as const;

const network: Network = {
  name: 'small',
  inputShape: [4, 4, 2],
  layers: [
    convolution('a'),
    { name: 'bn', kind: 'batch-norm', features: 2, epsilon: 1e-5, momentum: 0.1 },
    { name: 'relu1', kind: 'relu' },
    convolution('b'),
    { name: 'add', kind: 'add', inputs: ['b', 'relu1'] },
    { name: 'pool', kind: 'max-pool', size: 2 },
    { name: 'tanh', kind: 'tanh' },
    convolution('c'),
    { name: 'flatten', kind: 'flatten' },
    { name: 'relu2', kind: 'relu' },
  ],
};

test('the activation is found behind normalization, addition and pooling', () => {
  expect(activationBehind(network, 'a')).toBe('relu1');
  expect(activationBehind(network, 'b')).toBe('tanh');
});

test('behind a flatten the channels are no channels any more', () => {
  expect(activationBehind(network, 'c')).toBeNull();
});
