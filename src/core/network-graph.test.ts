import { expect, test } from 'vitest';
import { convolution, dense, depthwise, plainNetwork, residualNetwork } from './network-fixtures.ts';
import { linkLayers, networkGraph, networkInput, withoutLayers } from './network-graph.ts';

test('shapes follow through convolution, pooling and flatten', () => {
  const shapes = [...networkGraph(plainNetwork).values()].map(({ outputShape }) => outputShape.join('x'));
  expect(shapes).toEqual(['6x6x4', '6x6x4', '6x6x4', '3x3x4', '2x2x5', '2x2x5', '20', '3']);
});

test('a stride rounds down what does not fit', () => {
  const layers = [convolution('c', 1, 1, { stride: 2, padding: 1 })];
  const graph = networkGraph({ name: 'n', inputShape: [6, 5, 1], layers });
  expect(graph.get('c')!.outputShape).toEqual([3, 3, 1]);
});

test('a depthwise layer keeps its channels and wants all of them', () => {
  const layers = [depthwise('d', 4, { stride: 2 })];
  expect(networkGraph({ name: 'n', inputShape: [6, 5, 4], layers }).get('d')!.outputShape).toEqual([3, 3, 4]);
  expect(() => networkGraph({ name: 'n', inputShape: [6, 5, 3], layers })).toThrow('d takes 4 channels');
});

test('an addition is read from two sides', () => {
  const links = linkLayers(residualNetwork);
  expect(links.get('relu1')!.consumers).toEqual(['block.conv1', 'add']);
  expect(links.get('conv1')!.inputs).toEqual([networkInput]);
  expect(links.get('fc')!.consumers).toEqual([]);
});

test('channels that do not fit, unknown inputs and equal names are refused', () => {
  const network = { name: 'n', inputShape: [4], layers: [dense('a', 4, 3), dense('b', 4, 2)] };
  expect(() => networkGraph(network)).toThrow('b takes 4 features');
  expect(() => linkLayers({ ...network, layers: [{ ...dense('a', 4, 3), inputs: ['z'] }] })).toThrow('reads z');
  expect(() => linkLayers({ ...network, layers: [dense('a', 4, 4), dense('a', 4, 4)] })).toThrow('called a');
});

test('an addition of two shapes is refused', () => {
  const layers = [dense('a', 4, 3), dense('b', 3, 2), { name: 'sum', kind: 'add', inputs: ['a', 'b'] } as const];
  expect(() => networkGraph({ name: 'n', inputShape: [4], layers })).toThrow('adds [3] and [2]');
});

test('who read a removed layer reads what it read', () => {
  const network = withoutLayers(residualNetwork, new Set(['bn1', 'block.bn2']));
  const links = linkLayers(network);
  expect(links.get('add')!.inputs).toEqual(['block.conv2', 'relu1']);
  expect(links.get('relu1')!.inputs).toEqual(['conv1']);
  expect(network.layers.find(({ name }) => name === 'relu1')).not.toHaveProperty('inputs');
});
