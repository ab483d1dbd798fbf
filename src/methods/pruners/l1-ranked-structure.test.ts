import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom } from '../../core/random.ts';
import { findMethod } from '../catalogue.ts';
import { createInstance, problemsOf } from '../create-instance.ts';
import { everyEpoch, parameterNamed, requestFor } from '../parameter-fixtures.ts';

const name = 'L1RankedStructureParameterPruner';
const filters = { group_type: 'Filters', desired_sparsity: 0.5, weights: ['conv1.weight'] };
const weights = [1, 8, 2, -9, 1, 8, 2, 9]; // [1, 1, 2 channels, 4 filters]: L1 norms 2, 16, 4, 18

test('the smallest filters go entirely, as many as promised', () => {
  const pruner = createInstance('pruner', name, filters);
  expect([...pruner.computeMask(requestFor('conv1.weight', weights))!]).toEqual([0, 1, 0, 1, 0, 1, 0, 1]);
  const parameter = parameterNamed('conv1.weight');
  expect(pruner.promise({ parameter, epoch: 0, window: everyEpoch })).toBe(0.5);
});

test('the last filter stays unless the sparsity is exactly 1', () => {
  const zeros = (desired_sparsity: number): number =>
    [
      ...createInstance('pruner', name, { ...filters, desired_sparsity }).computeMask(
        requestFor('conv1.weight', weights),
      )!,
    ].filter((keep) => keep === 0).length;
  expect(zeros(0.99)).toBe(6);
  expect(zeros(1)).toBe(8);
});

test('a share below one filter leaves the standing mask', () => {
  const pruner = createInstance('pruner', name, { ...filters, desired_sparsity: 0.2 });
  expect(pruner.computeMask(requestFor('conv1.weight', weights))).toBeNull();
});

test('Rows and Channels of a dense layer are its inputs', () => {
  for (const group_type of ['Rows', 'Channels']) {
    const pruner = createInstance('pruner', name, { group_type, desired_sparsity: 0.5, weights: 'fc1.weight' });
    expect([...pruner.computeMask(requestFor('fc1.weight', [5, 5, 1, 1, 6, 6, 2, 2]))!]).toEqual([
      1, 1, 0, 0, 1, 1, 0, 0,
    ]);
  }
});

test('adjacent filters go together with a group size', () => {
  const pruner = createInstance('pruner', name, { ...filters, group_size: 2 });
  expect([...pruner.computeMask(requestFor('conv1.weight', weights))!]).toEqual([0, 0, 1, 1, 0, 0, 1, 1]);
});

test('followers lose the structures of the leader, whatever their own weights', () => {
  const args = {
    group_type: 'Channels',
    desired_sparsity: 0.5,
    weights: ['conv1.weight', 'conv2.weight'],
    group_dependency: 'Leader',
  };
  const pruner = createInstance('pruner', name, { ...args, weights: ['conv1.weight'] });
  const led = createInstance('pruner', name, args);
  const leader = [1, 1, 1, 1, 9, 9, 9, 9];
  expect(led.computeMask(requestFor('conv1.weight', leader))).toEqual(
    pruner.computeMask(requestFor('conv1.weight', leader)),
  );
  const changed = led.computeMask(requestFor('conv1.weight', leader.toReversed()));
  expect([...changed!]).toEqual([0, 0, 0, 0, 1, 1, 1, 1]); // at an unchanged target the first map stays
});

test('a leader with nothing to prune leaves all masks alone', () => {
  const pruner = createInstance('pruner', name, { ...filters, desired_sparsity: 0.1, group_dependency: 'Leader' });
  expect(pruner.computeMask(requestFor('conv1.weight', weights))).toBeNull();
});

test('blocks are runs of channels in one filter', () => {
  const args = {
    group_type: 'Blocks',
    desired_sparsity: 0.5,
    weights: 'conv1.weight',
    kwargs: { block_shape: [1, 2, 1, 1] },
  };
  const pruner = createInstance('pruner', name, args);
  expect([...pruner.computeMask(requestFor('conv1.weight', weights))!]).toEqual([0, 1, 0, 1, 0, 1, 0, 1]);
});

test('noise of 1 always disturbs the ranking, noise of 0 never', () => {
  const masks = (noise: number): Set<string> =>
    new Set(
      fc.sample(fc.nat(), { numRuns: 20, seed: 1 }).map((seed) => {
        const pruner = createInstance('pruner', name, { ...filters, noise });
        return String(pruner.computeMask(requestFor('conv1.weight', weights, { random: createRandom(seed) })));
      }),
    );
  expect(masks(0).size).toBe(1);
  expect(masks(1).size).toBeGreaterThan(1);
});

test('wrong structures and blocks are reported where they stand', () => {
  expect(problemsOf(name, { ...filters, group_type: 'Blocks' })).toEqual(['missing-block-shape']);
  const blocks = { ...filters, group_type: 'Blocks', kwargs: { block_shape: [1, 4, 2, 1] } };
  expect(problemsOf(name, blocks)).toEqual(['wrong-block']);
  const definition = findMethod(name);
  const codes = (args: object, parameter: string): string[] =>
    (definition?.checkParameter?.(definition.args.parse(args), parameterNamed(parameter)) ?? []).map(
      ({ code }) => code,
    );
  expect(codes({ ...filters, weights: ['fc1.weight'] }, 'fc1.weight')).toEqual(['wrong-structure']);
  expect(codes({ ...filters, group_size: 3 }, 'conv1.weight')).toEqual(['group-size']);
  expect(codes({ ...blocks, kwargs: { block_shape: [1, 3, 1, 1] } }, 'conv1.weight')).toEqual(['wrong-block']);
  expect(codes(filters, 'conv1.weight')).toEqual([]);
});
