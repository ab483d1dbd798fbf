import { expect, test } from 'vitest';
import { createInstance, problemsOf } from '../create-instance.ts';

test('removes filters', () => {
  const args = { thinning_func_str: 'remove_filters', arch: 'resnet20_cifar', dataset: 'cifar10' };
  expect(createInstance('extension', 'FilterRemover', args)).toEqual({
    type: 'thinning',
    removals: ['remove_filters'],
  });
  expect(problemsOf('FilterRemover', args)).toEqual([]);
});

test('says that its name does not decide', () => {
  const args = { thinning_func_str: 'remove_channels', arch: 'a', dataset: 'd' };
  expect(problemsOf('FilterRemover', args)).toEqual(['class-function-mismatch']);
  expect(createInstance('extension', 'FilterRemover', args)).toMatchObject({ removals: ['remove_channels'] });
});

test('needs less than Distiller', () => {
  expect(problemsOf('FilterRemover', { thinning_func_str: 'remove_filters' })).toEqual(['distiller-needs-argument']);
  expect(() => createInstance('extension', 'FilterRemover', { thinning_func_str: 'remove_rows' })).toThrow(RangeError);
});
