import { expect, test } from 'vitest';
import { createInstance, problemsOf } from '../create-instance.ts';

const args = (thinning_func_str: string) => ({ thinning_func_str, arch: 'resnet20_cifar', dataset: 'cifar10' });

test('removes channels', () => {
  expect(createInstance('extension', 'ChannelRemover', args('remove_channels'))).toEqual({
    type: 'thinning',
    removals: ['remove_channels'],
  });
});

test('says that its name does not decide', () => {
  expect(problemsOf('ChannelRemover', args('remove_channels'))).toEqual([]);
  expect(problemsOf('ChannelRemover', args('remove_filters'))).toEqual(['class-function-mismatch']);
  expect(problemsOf('ChannelRemover', args('contract_model'))).toEqual(['class-function-mismatch']);
});
