import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldablePairs, foldBatchNorm, foldNetwork, weightsToRank } from './batch-norm-folding.ts';
import {
  convolution,
  dense,
  largestDifference,
  norm,
  plainNetwork,
  randomBatch,
  randomValues,
  residualNetwork,
  separableNetwork,
} from './network-fixtures.ts';
import { evaluateNetwork } from './network-reference.ts';
import type { Network } from './network.ts';

test('weights are scaled by γ / σ and the bias takes what is left', () => {
  const folded = foldBatchNorm(
    { kernel: Float32Array.of(1, 10, 2, 20), bias: Float32Array.of(1, 0) },
    {
      scale: Float32Array.of(2, 3),
      shift: Float32Array.of(0.5, 1),
      mean: Float32Array.of(3, 2),
      variance: Float32Array.of(4, 9),
      epsilon: 0,
    },
  );
  expect([...folded.kernel]).toEqual([1, 10, 2, 20]);
  expect([...folded.bias]).toEqual([-1.5, -1]);
});

test('a folded network computes the same, without its batch normalizations', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1000 }),
      fc.constantFrom(plainNetwork, residualNetwork, separableNetwork),
      (seed, network) => {
        const values = randomValues(network, seed);
        const folded = foldNetwork(network, values);
        const batch = randomBatch(network, 2, seed + 1);
        const before = evaluateNetwork(network, batch, values);
        expect(largestDifference(evaluateNetwork(folded.network, batch, folded.values), before)).toBeLessThan(1e-3);
        expect(folded.network.layers.some(({ kind }) => kind === 'batch-norm')).toBe(false);
        expect([...folded.values.keys()].some((name) => name.includes('bn'))).toBe(false);
      },
    ),
    { numRuns: 20 },
  );
});

test('a normalization whose input is read elsewhere too stays', () => {
  const network: Network = {
    name: 'n',
    inputShape: [3],
    layers: [dense('a', 3, 3), norm('bn', 3), { name: 'sum', kind: 'add', inputs: ['a', 'bn'] }],
  };
  expect(foldablePairs(network)).toEqual([]);
});

test('a layer without a normalization does not take that of the next convolution', () => {
  const network: Network = {
    name: 'n',
    inputShape: [4, 4, 1],
    layers: [convolution('conv1', 1, 2), { name: 'relu', kind: 'relu' }, convolution('conv2', 2, 2), norm('bn2', 2)],
  };
  const values = randomValues(network, 1);
  expect(foldablePairs(network).map(({ linear }) => linear.name)).toEqual(['conv2']);
  expect(weightsToRank(network, values, 'conv1.weight')).toBe(values.get('conv1.weight'));
  const factor = values.get('bn2.weight')![1]! / Math.sqrt(values.get('bn2.running_var')![1]! + 1e-5);
  const ranked = weightsToRank(network, values, 'conv2.weight');
  expect(ranked[1]).toBeCloseTo(values.get('conv2.weight')![1]! * factor, 6);
});
