import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom } from '../../core/random.ts';
import { findMethod } from '../catalogue.ts';
import { createInstance } from '../create-instance.ts';
import { everyEpoch, parameterNamed, requestFor } from '../parameter-fixtures.ts';

const args = { group_type: 'Filters', desired_sparsity: 0.5, weights: 'conv1.weight' };
const weights = [1, 2, 3, 4, 5, 6, 7, 8];

test('half of the filters go, whatever the seed, and which ones depends on it', () => {
  const pruner = createInstance('pruner', 'RandomRankedFilterPruner', args);
  const masks = new Set<string>();
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const mask = pruner.computeMask(requestFor('conv1.weight', weights, { random: createRandom(seed) }))!;
      expect([...mask].filter((keep) => keep === 0)).toHaveLength(4);
      expect([...mask.subarray(0, 4)]).toEqual([...mask.subarray(4)]);
      masks.add(String(mask));
    }),
  );
  expect(masks.size).toBeGreaterThan(1);
  const parameter = parameterNamed('conv1.weight');
  expect(pruner.promise({ parameter, epoch: 0, window: everyEpoch })).toBe(0.5);
});

test('a dense layer, other groups and a leader are refused', () => {
  const definition = findMethod('RandomRankedFilterPruner');
  const dense = { ...args, weights: ['fc1.weight'] };
  expect(definition?.checkParameter?.(dense, parameterNamed('fc1.weight')).map(({ code }) => code)).toEqual([
    'wrong-structure',
  ]);
  expect(definition?.args.safeParse({ ...args, group_type: 'Channels' }).success).toBe(false);
  expect(definition?.args.safeParse({ ...args, group_dependency: 'Leader' }).success).toBe(false);
});
