import { expect, test } from 'vitest';
import { createInstance, problemsOf } from '../create-instance.ts';

test.each([
  ['remove_filters', ['remove_filters']],
  ['remove_channels', ['remove_channels']],
  ['contract_model', ['remove_filters', 'remove_channels']],
])('%s removes %j, in this order', (thinning_func_str, removals) => {
  const args = { thinning_func_str, arch: 'resnet20_cifar', dataset: 'cifar10' };
  expect(createInstance('extension', 'StructureRemover', args)).toEqual({ type: 'thinning', removals });
  expect(problemsOf('StructureRemover', args)).toEqual([]);
});
