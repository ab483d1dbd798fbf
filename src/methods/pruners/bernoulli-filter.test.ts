import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom } from '../../core/random.ts';
import { createInstance } from '../create-instance.ts';
import { everyEpoch, parameterNamed, requestFor } from '../parameter-fixtures.ts';

const args = { group_type: 'Filters', weights: ['conv1.weight'] };

test('filters that stay are scaled up so that all filters together keep their weight, and one always stays', () => {
  fc.assert(
    fc.property(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (seed, desired_sparsity) => {
      const pruner = createInstance('pruner', 'BernoulliFilterPruner', { ...args, desired_sparsity });
      const request = requestFor('conv1.weight', Array(8).fill(1), { random: createRandom(seed) });
      const filters = [...pruner.computeMask(request)!.subarray(0, 4)];
      expect(filters.reduce((sum, value) => sum + value, 0)).toBeCloseTo(4, 5);
    }),
  );
});

test('what chance decides is not promised', () => {
  const pruner = createInstance('pruner', 'BernoulliFilterPruner', { ...args, desired_sparsity: 0.5 });
  expect(pruner.promise({ parameter: parameterNamed('conv1.weight'), epoch: 0, window: everyEpoch })).toBeNull();
});
