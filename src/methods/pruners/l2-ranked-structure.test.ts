import { expect, test } from 'vitest';
import { createInstance } from '../create-instance.ts';
import { requestFor } from '../parameter-fixtures.ts';

// Filter 0 has L1 norm 6 and L2 norm 6, filter 1 has 8 and 5.7: the norms disagree about which is smaller.
const weights = [6, 4, 9, 9, 0, 4, 9, 9];

test.each([
  ['L1', [0, 1, 1, 1, 0, 1, 1, 1]],
  ['L2', [1, 0, 1, 1, 1, 0, 1, 1]],
])('%s ranks by its own norm', (norm, expected) => {
  const pruner = createInstance('pruner', `${norm}RankedStructureParameterPruner`, {
    group_type: 'Filters',
    desired_sparsity: 0.25,
    weights: ['conv1.weight'],
  });
  expect([...pruner.computeMask(requestFor('conv1.weight', weights))!]).toEqual(expected);
});
