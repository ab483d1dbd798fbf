import { expect, test } from 'vitest';
import { findMethod } from '../catalogue.ts';
import { createInstance } from '../create-instance.ts';
import { everyEpoch, parameterNamed, requestFor } from '../parameter-fixtures.ts';

const name = 'FMReconstructionChannelPruner';
const half = { group_type: 'Channels', desired_sparsity: 0.5, weights: ['conv1.weight'] };
const weights = [1, -1, 2, 0, 5, 6, -7, 8]; // [1, 1, 2 channels, 4 filters]: L1 norms 4 and 26
// The first channel is always twice the second.
const featureMaps = {
  rows: 2,
  inputs: Float32Array.of(2, 1, -4, -2),
  outputs: Float32Array.of(7, 4, -3, 8, -14, -8, 6, -16),
};

test('the smaller channel goes, and the other one takes over its part', () => {
  const pruner = createInstance('pruner', name, half);
  const request = requestFor('conv1.weight', weights, { featureMaps });
  const mask = pruner.computeMask(request)!;
  expect([...mask]).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
  const rebuilt = pruner.reconstruct!(request, mask)!;
  expect([...rebuilt.subarray(0, 4)]).toEqual([0, 0, 0, 0]);
  // b · w1 + 2b · w0 = b · (w1 + 2 w0)
  for (const [filter, wanted] of [7, 4, -3, 8].entries()) expect(rebuilt[4 + filter]).toBeCloseTo(wanted, 4);
  expect([...request.weights]).toEqual(weights);
});

test('without feature maps the weights stay', () => {
  const pruner = createInstance('pruner', name, half);
  for (const request of [
    requestFor('conv1.weight', weights),
    requestFor('conv1.weight', weights, { featureMaps: null }),
  ])
    expect(pruner.reconstruct!(request, pruner.computeMask(request)!)).toBeNull();
});

test('it prunes what it promises, the inputs of dense layers too, and never the last channel', () => {
  const dense = createInstance('pruner', name, { ...half, desired_sparsity: 0.99, weights: 'fc1.weight' });
  const mask = dense.computeMask(requestFor('fc1.weight', [5, 5, 1, 1, 6, 6, 2, 2]))!;
  expect([...mask]).toEqual([0, 0, 0, 0, 1, 1, 0, 0]);
  expect(dense.promise({ parameter: parameterNamed('fc1.weight'), epoch: 0, window: everyEpoch })).toBe(0.75);
  expect(dense.touches(parameterNamed('conv1.weight'))).toBe(false);
});

test('the samples that it wants can be chosen', () => {
  expect(createInstance('pruner', name, half).sampling).toEqual({ points: 10, samples: 500 });
  expect(createInstance('pruner', name, { ...half, points: 3, samples: 20 }).sampling).toEqual({
    points: 3,
    samples: 20,
  });
});

test('other structures, a leader and parameters without channels are refused', () => {
  expect(() => createInstance('pruner', name, { ...half, group_type: 'Filters' })).toThrow('Only `Channels`');
  expect(() => createInstance('pruner', name, { ...half, group_dependency: 'Leader' })).toThrow('by itself');
  expect(() => createInstance('pruner', name, { ...half, group_dependency: null })).not.toThrow();
  const definition = findMethod(name)!;
  const args = definition.args.parse({ ...half, weights: ['conv1.bias'] });
  const problems = definition.checkParameter?.(args, parameterNamed('conv1.bias')) ?? [];
  expect(problems.map(({ code }) => code)).toEqual(['wrong-structure']);
});
