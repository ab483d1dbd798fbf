import { expect, test } from 'vitest';
import {
  convolution,
  dense,
  depthwise,
  norm,
  plainNetwork,
  randomValues,
  residualNetwork,
  separableNetwork,
  withZeroFilters,
} from '../network-fixtures.ts';
import type { NetworkValues } from '../network-reference.ts';
import type { Network } from '../network.ts';
import { planThinning } from './plan-thinning.ts';
import type { RemovalFunction, ThinningRecipe } from './thinning-recipe.ts';

const plain = randomValues(plainNetwork, 1);
const residual = randomValues(residualNetwork, 1);
const separable = randomValues(separableNetwork, 1);

function recipeOf(network: Network, values: NetworkValues, removal: RemovalFunction): ThinningRecipe {
  const plan = planThinning(network, values, removal);
  if (!plan.ok) throw new Error(plan.refusal.message);
  return plan.recipe;
}

/** Values with zero input channels of one kernel. */
function withZeroChannels(
  values: NetworkValues,
  weight: string,
  shape: readonly number[],
  channels: readonly number[],
) {
  const [inputs, outputs] = shape.slice(-2) as [number, number];
  const kernel = values
    .get(weight)!
    .map((value, index) => (channels.includes(Math.floor(index / outputs) % inputs) ? 0 : value));
  return new Map(values).set(weight, kernel);
}

test('a filter takes its batch-norm entries and the next channel with it', () => {
  const recipe = recipeOf(plainNetwork, withZeroFilters(plain, 'conv1.weight', 4, [1, 3]), 'remove_filters');
  expect(recipe.removed).toEqual([{ producers: ['conv1'], consumers: ['conv2'], indices: [1, 3], of: 4 }]);
  expect(recipe.tensors['conv1.weight']).toEqual([{ axis: 3, keep: [0, 2] }]);
  expect(recipe.tensors['bn1.running_var']).toEqual([{ axis: 0, keep: [0, 2] }]);
  expect(recipe.tensors['conv2.weight']).toEqual([{ axis: 2, keep: [0, 2] }]);
  expect(recipe.layers).toEqual({ conv1: { outChannels: 2 }, bn1: { features: 2 }, conv2: { inChannels: 2 } });
});

test('behind a flatten a filter takes its inputs at every pixel', () => {
  const recipe = recipeOf(plainNetwork, withZeroFilters(plain, 'conv2.weight', 5, [0, 1, 2]), 'remove_filters');
  expect(recipe.tensors['fc.weight']).toEqual([{ axis: 0, keep: [3, 4, 8, 9, 13, 14, 18, 19] }]);
  expect(recipe.layers['fc']).toEqual({ inFeatures: 8 });
});

test('a flattened map need not be square', () => {
  const network: Network = {
    name: 'n',
    inputShape: [1, 3, 1],
    layers: [convolution('conv', 1, 2), { name: 'flat', kind: 'flatten' }, dense('fc', 6, 2)],
  };
  const values = withZeroFilters(randomValues(network, 1), 'conv.weight', 2, [0]);
  expect(recipeOf(network, values, 'remove_filters').tensors['fc.weight']).toEqual([{ axis: 0, keep: [1, 3, 5] }]);
});

test('a channel takes the filter that made it with it', () => {
  const values = withZeroChannels(plain, 'conv2.weight', [2, 2, 4, 5], [0]);
  expect(recipeOf(plainNetwork, values, 'remove_filters').removed).toEqual([]);
  const recipe = recipeOf(plainNetwork, values, 'remove_channels');
  expect(recipe.tensors['conv1.weight']).toEqual([{ axis: 3, keep: [1, 2, 3] }]);
  expect(recipe.tensors['bn1.weight']).toEqual([{ axis: 0, keep: [1, 2, 3] }]);
});

test('nothing zero makes an empty recipe, not an error', () => {
  expect(recipeOf(plainNetwork, plain, 'remove_filters')).toEqual({
    removal: 'remove_filters',
    removed: [],
    tensors: {},
    layers: {},
  });
});

test('a kernel without anything left is refused', () => {
  const values = withZeroFilters(plain, 'conv1.weight', 4, [0, 1, 2, 3]);
  for (const removal of ['remove_filters', 'remove_channels'] as const) {
    const plan = planThinning(plainNetwork, values, removal);
    expect(plan).toMatchObject({ ok: false, refusal: { code: 'all-zero', parameters: ['conv1.weight'] } });
  }
});

test('convolutions that are added must lose the same filters', () => {
  const one = withZeroFilters(residual, 'conv1.weight', 4, [2]);
  const plan = planThinning(residualNetwork, one, 'remove_filters');
  expect(plan).toMatchObject({
    ok: false,
    refusal: { code: 'unequal', parameters: ['conv1.weight', 'block.conv2.weight'] },
  });
  expect(plan.ok ? '' : plan.refusal.message).toContain('conv1.weight: 2; block.conv2.weight: none');
  const both = withZeroFilters(one, 'block.conv2.weight', 4, [2]);
  const recipe = recipeOf(residualNetwork, both, 'remove_filters');
  expect(Object.keys(recipe.layers)).toEqual(['conv1', 'block.conv2', 'bn1', 'block.bn2', 'block.conv1', 'fc']);
});

test('a filter inside a residual block goes by itself', () => {
  const values = withZeroFilters(residual, 'block.conv1.weight', 3, [1]);
  expect(Object.keys(recipeOf(residualNetwork, values, 'remove_filters').layers)).toEqual([
    'block.conv1',
    'block.conv2',
  ]);
});

test('all who read a channel must ignore it', () => {
  const values = withZeroChannels(residual, 'block.conv1.weight', [3, 3, 4, 3], [1]);
  expect(planThinning(residualNetwork, values, 'remove_channels')).toMatchObject({
    ok: false,
    refusal: { code: 'unequal', parameters: ['block.conv1.weight', 'fc.weight'] },
  });
});

test('inputs and outputs of the network stay', () => {
  const input = withZeroChannels(plain, 'conv1.weight', [3, 3, 2, 4], [1]);
  expect(planThinning(plainNetwork, input, 'remove_channels')).toMatchObject({
    ok: true,
    recipe: { removed: [] },
    kept: [{ layer: 'conv1', indices: [1] }],
  });
  const head: Network = { name: 'n', inputShape: [3, 3, 1], layers: [convolution('conv', 1, 2)] };
  const output = withZeroFilters(randomValues(head, 1), 'conv.weight', 2, [0]);
  expect(planThinning(head, output, 'remove_filters')).toMatchObject({
    recipe: { removed: [] },
    kept: [{ layer: 'conv' }],
  });
});

test('the answers of an early exit stay', () => {
  const network: Network = {
    name: 'n',
    inputShape: [2, 2, 1],
    layers: [convolution('conv', 1, 2), convolution('exit', 2, 2), convolution('head', 2, 2, { inputs: ['conv'] })],
    exits: [{ name: 'exit0', layer: 'exit' }],
  };
  const values = withZeroFilters(randomValues(network, 1), 'exit.weight', 2, [1]);
  const plan = planThinning(network, values, 'remove_filters');
  expect(plan).toMatchObject({ ok: true, recipe: { removed: [] }, kept: [{ layer: 'exit', indices: [1] }] });
});

test('a convolution without a batch normalization does not take that of the next one', () => {
  const layers = [
    convolution('conv1', 1, 3),
    { name: 'relu', kind: 'relu' } as const,
    convolution('conv2', 3, 3),
    norm('bn2', 3),
    convolution('conv3', 3, 1),
  ];
  const network: Network = { name: 'n', inputShape: [3, 3, 1], layers };
  const values = withZeroFilters(randomValues(network, 1), 'conv1.weight', 3, [0]);
  expect(recipeOf(network, values, 'remove_filters').tensors).not.toHaveProperty('bn2.weight');
});

test('a dense layer loses an input channel only if it ignores all its pixels', () => {
  const inputs = (rows: readonly number[]) => withZeroChannels(plain, 'fc.weight', [20, 3], rows);
  expect(recipeOf(plainNetwork, inputs([2, 7, 12]), 'remove_channels').removed).toEqual([]);
  const recipe = recipeOf(plainNetwork, inputs([2, 7, 12, 17]), 'remove_channels');
  expect(recipe.removed).toEqual([{ producers: ['conv2'], consumers: ['fc'], indices: [2], of: 5 }]);
});

test('a dense layer that ignores a unit of the one before frees it of that', () => {
  const network: Network = {
    name: 'n',
    inputShape: [3],
    layers: [dense('a', 3, 4), { name: 'r', kind: 'relu' }, dense('b', 4, 2)],
  };
  const values = withZeroChannels(randomValues(network, 1), 'b.weight', [4, 2], [3]);
  const recipe = recipeOf(network, values, 'remove_channels');
  expect(recipe.tensors['a.bias']).toEqual([{ axis: 0, keep: [0, 1, 2] }]);
});

test('features that are numbered differently on both sides of an addition stay', () => {
  const network: Network = {
    name: 'n',
    inputShape: [2, 2, 1],
    layers: [
      convolution('conv', 1, 2),
      { name: 'flat', kind: 'flatten' },
      dense('fc', 8, 8),
      { name: 'sum', kind: 'add', inputs: ['flat', 'fc'] },
      dense('out', 8, 2),
    ],
  };
  const values = withZeroFilters(randomValues(network, 1), 'conv.weight', 2, [0]);
  const plan = planThinning(network, values, 'remove_filters');
  expect(plan).toMatchObject({ ok: true, recipe: { removed: [] } });
});

test('channels that a shortcut widens with zeros stay', () => {
  const network: Network = {
    name: 'n',
    inputShape: [3, 3, 1],
    layers: [
      convolution('conv', 1, 2),
      { name: 'wider', kind: 'channel-pad', before: 1, after: 1 },
      convolution('branch', 2, 4, { inputs: ['conv'] }),
      { name: 'sum', kind: 'add', inputs: ['branch', 'wider'] },
      convolution('out', 4, 2),
    ],
  };
  const values = withZeroFilters(randomValues(network, 1), 'conv.weight', 2, [0]);
  const plan = planThinning(network, values, 'remove_filters');
  expect(plan).toMatchObject({ ok: true, recipe: { removed: [] }, kept: [{ layer: 'conv', indices: [0] }] });
});

test('a filter takes its entries of a depthwise layer, and of what follows that, with it', () => {
  const recipe = recipeOf(separableNetwork, withZeroFilters(separable, 'conv1.weight', 5, [1, 4]), 'remove_filters');
  expect(recipe.removed).toEqual([{ producers: ['conv1'], consumers: ['depth', 'point'], indices: [1, 4], of: 5 }]);
  expect(recipe.tensors['depth.weight']).toEqual([{ axis: 3, keep: [0, 2, 3] }]);
  expect(recipe.tensors['depth.bias']).toEqual([{ axis: 0, keep: [0, 2, 3] }]);
  expect(recipe.tensors['point.weight']).toEqual([{ axis: 2, keep: [0, 2, 3] }]);
  const features = { features: 3 };
  expect(recipe.layers).toEqual({
    ...{ conv1: { outChannels: 3 }, bn1: features, depth: { channels: 3 }, bn2: features, point: { inChannels: 3 } },
  });
});

test('a zero filter of a depthwise layer takes the one before it along', () => {
  const first = withZeroFilters(separable, 'conv1.weight', 5, [1]);
  const recipe = recipeOf(separableNetwork, withZeroFilters(first, 'depth.weight', 5, [1, 3]), 'remove_filters');
  expect(recipe.removed[0]).toMatchObject({ producers: ['conv1'], indices: [1, 3] });
});

test('a channel takes the depthwise filter and the filter that made it with it', () => {
  const values = withZeroChannels(separable, 'point.weight', [1, 1, 5, 3], [2]);
  const recipe = recipeOf(separableNetwork, values, 'remove_channels');
  expect(recipe.tensors['conv1.weight']).toEqual([{ axis: 3, keep: [0, 1, 3, 4] }]);
  expect(recipe.tensors['depth.weight']).toEqual([{ axis: 3, keep: [0, 1, 3, 4] }]);
});

test('zero filters of two layers that leave no channel are refused', () => {
  const first = withZeroFilters(separable, 'conv1.weight', 5, [0, 1, 2]);
  const plan = planThinning(separableNetwork, withZeroFilters(first, 'depth.weight', 5, [3, 4]), 'remove_filters');
  expect(plan).toMatchObject({
    ok: false,
    refusal: { code: 'all-zero', parameters: ['conv1.weight', 'depth.weight'] },
  });
});

test('a zero filter of a depthwise layer stays where its channel is read before it', () => {
  const network: Network = {
    name: 'n',
    inputShape: [4, 4, 1],
    layers: [
      convolution('conv', 1, 4),
      depthwise('depth', 4),
      { name: 'add', kind: 'add', inputs: ['depth', 'conv'] },
      convolution('point', 4, 2),
      { name: 'flat', kind: 'flatten' },
      dense('fc', 32, 2),
    ],
  };
  const values = withZeroFilters(randomValues(network, 1), 'depth.weight', 4, [2]);
  const plan = planThinning(network, values, 'remove_filters');
  expect(plan).toMatchObject({ ok: true, recipe: { removed: [] } });
  expect(plan.ok && plan.kept).toEqual([
    { layer: 'depth', indices: [2], reason: expect.stringContaining('point') as string },
  ]);
  const made = withZeroFilters(values, 'conv.weight', 4, [2]);
  expect(recipeOf(network, made, 'remove_filters').removed[0]).toMatchObject({ indices: [2], of: 4 });
});
