import { expect, test } from 'vitest';
import { attachExits, modulesForExits } from './attach-exits.ts';
import {
  largestDifference,
  plainNetwork,
  randomBatch,
  randomValues,
  residualNetwork,
  withZeroFilters,
} from './network-fixtures.ts';
import { linkLayers, networkGraph } from './network-graph.ts';
import { evaluateNetwork } from './network-reference.ts';
import { networkParameters, outputLayers } from './network.ts';
import { thinModel } from './thinning/apply-thinning.ts';

test('a classifier stands behind each module, and the rest reads what it read', () => {
  const network = attachExits(plainNetwork, ['pool', 'relu2']);
  expect(outputLayers(network)).toEqual(['exits.0.fc', 'exits.1.fc', 'fc']);
  const graph = networkGraph(network);
  expect(graph.get('exits.0.fc')).toMatchObject({ inputs: ['exits.0.flatten'], inputShapes: [[36]], outputShape: [3] });
  expect(graph.get('exits.1.flatten')).toMatchObject({ inputs: ['relu2'] });
  for (const [name, { inputs }] of linkLayers(plainNetwork)) expect(graph.get(name)?.inputs, name).toEqual(inputs);
});

test('the names of all other parameters stay, and so does the last answer', () => {
  const names = networkParameters(residualNetwork).map(({ name }) => name);
  const network = attachExits(residualNetwork, ['add']);
  const added = networkParameters(network).filter(({ name }) => !names.includes(name));
  expect(added.map(({ name }) => name)).toEqual(['exits.0.fc.weight', 'exits.0.fc.bias']);
  const values = randomValues(network, 3);
  const batch = randomBatch(network, 2, 4);
  expect(evaluateNetwork(network, batch, values)).toEqual(evaluateNetwork(residualNetwork, batch, values));
});

test('thinning cuts what an exit reads with the rest', () => {
  const network = attachExits(plainNetwork, ['pool']);
  const values = new Map(randomValues(network, 5));
  for (const name of ['bn1.bias', 'bn1.running_mean']) values.set(name, new Float32Array(4));
  const masked = withZeroFilters(values, 'conv1.weight', 4, [1, 2]);
  const result = thinModel({ network, values: masked }, 'remove_filters');
  if (!result.ok) throw new Error(result.refusal.message);
  const { model } = result;
  expect(networkGraph(model.network).get('exits.0.fc')?.inputShapes).toEqual([[18]]);
  expect(model.network.exits).toEqual(network.exits);
  const batch = randomBatch(network, 2, 6);
  for (const end of ['exits.0.fc', 'fc']) {
    const upTo = (whole: typeof network) => {
      const reads = end === 'fc' ? whole.layers.length : whole.layers.findIndex(({ name }) => name === end) + 1;
      return { ...whole, layers: whole.layers.slice(0, reads), exits: [] };
    };
    const before = evaluateNetwork(upTo(network), batch, masked);
    expect(largestDifference(evaluateNetwork(upTo(model.network), batch, model.values), before), end).toBeLessThan(
      1e-4,
    );
  }
});

test('there is none behind the last answer, behind a reshape, or beside exits that there are', () => {
  expect(modulesForExits(plainNetwork)).toEqual(['conv1', 'bn1', 'relu1', 'pool', 'conv2', 'relu2']);
  expect(() => attachExits(plainNetwork, ['fc'])).toThrow(RangeError);
  expect(() => attachExits(plainNetwork, ['flat'])).toThrow(RangeError);
  expect(() => attachExits(attachExits(plainNetwork, ['pool']), ['relu2'])).toThrow(RangeError);
});
