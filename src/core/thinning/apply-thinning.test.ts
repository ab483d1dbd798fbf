import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  largestDifference,
  plainNetwork,
  randomBatch,
  randomValues,
  residualNetwork,
  separableNetwork,
  withZeroFilters,
} from '../network-fixtures.ts';
import { networkGraph } from '../network-graph.ts';
import { evaluateNetwork, type NetworkValues } from '../network-reference.ts';
import { networkParameters, type Network } from '../network.ts';
import { applyThinning, selectIndices, thinModel, type ThinnableModel } from './apply-thinning.ts';

function thinned(model: ThinnableModel, how: Parameters<typeof thinModel>[1]): ThinnableModel {
  const result = thinModel(model, how);
  if (!result.ok) throw new Error(result.refusal.message);
  return result.model;
}

/** A batch normalization whose mean is 0 and whose shift is 0 sends nothing on behind a filter of zeros. */
function withoutOffsets(values: NetworkValues): NetworkValues {
  return new Map(
    Array.from(values, ([name, value]) => [
      name,
      name.endsWith('.bias') || name.endsWith('.running_mean') ? new Float32Array(value.length) : value,
    ]),
  );
}

const sizesFit = ({ network, values }: ThinnableModel): void => {
  networkGraph(network);
  for (const { name, size } of networkParameters(network)) expect(values.get(name)!.length, name).toBe(size);
};

test('without biases and shifts the thinned network computes what the masked one did', () => {
  const indices = fc.uniqueArray(fc.integer({ min: 0, max: 2 }), { maxLength: 2 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999 }), indices, indices, (seed, first, second) => {
      const values = withoutOffsets(randomValues(plainNetwork, seed));
      const masked = withZeroFilters(withZeroFilters(values, 'conv1.weight', 4, first), 'conv2.weight', 5, second);
      const model = thinned({ network: plainNetwork, values: masked }, 'contract_model');
      sizesFit(model);
      const batch = randomBatch(plainNetwork, 2, seed);
      const before = evaluateNetwork(plainNetwork, batch, masked);
      expect(largestDifference(evaluateNetwork(model.network, batch, model.values), before)).toBeLessThan(1e-3);
      expect(model.network.layers[0]).toMatchObject({ outChannels: 4 - first.length });
    }),
    { numRuns: 30 },
  );
});

test('a network thinned through a depthwise layer computes what the masked one did', () => {
  let values: NetworkValues = withoutOffsets(randomValues(separableNetwork, 5));
  values = withZeroFilters(values, 'conv1.weight', 5, [0]);
  values = withZeroFilters(values, 'depth.weight', 5, [3]);
  values = withZeroFilters(values, 'point.weight', 3, [1]);
  const model = thinned({ network: separableNetwork, values }, 'remove_filters');
  sizesFit(model);
  const batch = randomBatch(separableNetwork, 3, 8);
  const before = evaluateNetwork(separableNetwork, batch, values);
  expect(largestDifference(evaluateNetwork(model.network, batch, model.values), before)).toBeLessThan(1e-4);
  expect(model.network.layers.find(({ name }) => name === 'depth')).toMatchObject({ channels: 3 });
});

test('a thinned residual network computes what the masked one did', () => {
  let values = withoutOffsets(randomValues(residualNetwork, 7));
  for (const weight of ['conv1.weight', 'block.conv2.weight']) values = withZeroFilters(values, weight, 4, [0, 3]);
  values = withZeroFilters(values, 'block.conv1.weight', 3, [1]);
  const model = thinned({ network: residualNetwork, values }, 'remove_filters');
  sizesFit(model);
  const batch = randomBatch(residualNetwork, 3, 8);
  const before = evaluateNetwork(residualNetwork, batch, values);
  expect(largestDifference(evaluateNetwork(model.network, batch, model.values), before)).toBeLessThan(1e-4);
  expect(model.values.get('fc.weight')!.length).toBe(8 * 3);
});

test('masks and momentum keep what the weights keep', () => {
  const values = withZeroFilters(randomValues(plainNetwork, 2), 'conv2.weight', 5, [4]);
  const numbered = new Map(
    networkParameters(plainNetwork).map(({ name, size }) => [name, Float32Array.from({ length: size }, (_, i) => i)]),
  );
  const masks = new Map([['fc.weight', Float32Array.from({ length: 60 }, (_, i) => i % 2)]]);
  const model = thinned({ network: plainNetwork, values, velocities: numbered, masks }, 'remove_filters');
  expect([...model.velocities!.get('fc.weight')!.slice(0, 15)]).toEqual([
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 15, 16, 17,
  ]);
  expect(model.masks!.get('fc.weight')!.length).toBe(48);
  expect([...model.masks!.keys()]).toEqual(['fc.weight']);
  expect(model.velocities!.get('conv1.weight')).toBe(numbered.get('conv1.weight'));
});

test('a recipe survives JSON and does the same again', () => {
  const values = withZeroFilters(randomValues(plainNetwork, 2), 'conv1.weight', 4, [1]);
  const result = thinModel({ network: plainNetwork, values }, 'contract_model');
  if (!result.ok) throw new Error(result.refusal.message);
  expect(result.recipes).toHaveLength(1);
  const copy = JSON.parse(JSON.stringify(result.recipes[0])) as (typeof result.recipes)[0];
  expect(applyThinning({ network: plainNetwork, values }, copy)).toEqual(result.model);
});

test('contract_model removes filters, then channels', () => {
  const values = new Map(withZeroFilters(randomValues(plainNetwork, 2), 'conv1.weight', 4, [1]));
  const outputs = 5;
  const conv2 = values.get('conv2.weight')!.map((value, index) => (Math.floor(index / outputs) % 4 === 0 ? 0 : value));
  values.set('conv2.weight', conv2);
  const result = thinModel({ network: plainNetwork, values }, 'contract_model');
  expect(result).toMatchObject({ ok: true, recipes: [{ removal: 'remove_filters' }, { removal: 'remove_channels' }] });
  expect(result.ok && result.model.network.layers[0]).toMatchObject({ outChannels: 2 });
});

test('a refused thinning gives no model, and one without effect gives the same', () => {
  const values = randomValues(residualNetwork, 1);
  const one = withZeroFilters(values, 'conv1.weight', 4, [2]);
  expect(thinModel({ network: residualNetwork, values: one }, 'contract_model')).not.toHaveProperty('model');
  const model = { network: residualNetwork, values };
  expect(thinModel(model, 'contract_model')).toMatchObject({ ok: true, recipes: [] });
  expect(thinned(model, 'contract_model')).toBe(model);
});

test('indices are picked along several axes at once', () => {
  const matrix = Float32Array.of(1, 2, 3, 4, 5, 6);
  const picked = selectIndices(
    matrix,
    [2, 3],
    [
      { axis: 0, keep: [1] },
      { axis: 1, keep: [0, 2] },
    ],
  );
  expect([...picked]).toEqual([4, 6]);
  expect(() => selectIndices(matrix, [2, 2], [])).toThrow(RangeError);
});

test('an empty recipe changes nothing', () => {
  const network: Network = { ...plainNetwork, layers: plainNetwork.layers.slice(0, 3) };
  const values = randomValues(network, 1);
  const empty = { removal: 'remove_filters', removed: [], tensors: {}, layers: {} } as const;
  expect(applyThinning({ network, values }, empty)).toEqual({ network, values });
});
