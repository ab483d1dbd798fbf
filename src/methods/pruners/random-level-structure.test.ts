import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom } from '../../core/random.ts';
import { createInstance, problemsOf } from '../create-instance.ts';
import { requestFor } from '../parameter-fixtures.ts';

const name = 'RandomLevelStructureParameterPruner';
const args = { group_type: 'Filters', sparsity_range: [0.25, 0.75], weights: ['conv1.weight'] };
const weights = [1, 2, 3, 4, 1, 2, 3, 4];

test('the share lies in the range, and the smallest filters go', () => {
  const pruner = createInstance('pruner', name, args);
  const counts = new Set<number>();
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const mask = pruner.computeMask(requestFor('conv1.weight', weights, { random: createRandom(seed) }))!;
      const filters = [...mask.subarray(0, 4)];
      expect(filters.toSorted()).toEqual(filters);
      counts.add(filters.filter((keep) => keep === 0).length);
    }),
  );
  expect([...counts].every((count) => count >= 1 && count <= 3)).toBe(true);
  expect(counts.size).toBeGreaterThan(1);
});

test('with a leader all parameters share a draw, and each round draws anew', () => {
  const pruner = createInstance('pruner', name, {
    group_type: 'Channels',
    sparsity_range: [0, 1],
    weights: ['conv1.weight', 'fc1.weight'],
    group_dependency: 'Leader',
  });
  const draws = new Set<string>();
  const random = createRandom(3);
  for (let round = 0; round < 20; round++) {
    draws.add(String(pruner.computeMask(requestFor('conv1.weight', [1, 1, 1, 1, 2, 2, 2, 2], { random }))));
  }
  expect(draws.size).toBeGreaterThan(1);
});

test('an empty range is reported', () => {
  expect(problemsOf(name, { ...args, sparsity_range: [0.5, 0.2] })).toEqual(['empty-range']);
});
