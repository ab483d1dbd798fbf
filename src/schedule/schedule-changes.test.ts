import { expect, test } from 'vitest';
import { changeText, scheduleDifference } from './schedule-changes.ts';

const base = `version: 1
training: {epochs: 4, seed: 1}
pruners:
  gradual:
    class: AutomatedGradualPruner
    initial_sparsity: 0.05
    final_sparsity: 0.8
    weights: [fc1.weight]
policies:
  - pruner: {instance_name: gradual}
    starting_epoch: 1
    ending_epoch: 4
    frequency: 1
`;

function words(after: string, before = base): readonly string[] {
  const difference = scheduleDifference(before, after);
  return difference.kind === 'changes' ? difference.changes.map(changeText) : [difference.kind];
}

test('a number is said with what it was', () => {
  expect(words(base.replace('0.8', '0.9'))).toEqual(['pruner gradual: final_sparsity 0.9 instead of 0.8']);
  expect(words(base.replace('seed: 1', 'seed: 7'))).toEqual(['seed 7 instead of 1']);
});

test('a default that is left out equals one that is written', () => {
  expect(words(base.replace(', seed: 1', ''))).toEqual(['layout']);
  expect(words(base.replace(', seed: 1', ', batch_size: 32'))).toEqual(['batch_size 32 instead of 64']);
});

test('instances and policies that come and go are named', () => {
  const quantized = `${base.replace('policies:', 'quantizers:\n  low: {class: DorefaQuantizer, bits_weights: 4}\npolicies:')}  - quantizer: {instance_name: low}
    epochs: [0]
`;
  expect(words(quantized)).toEqual(['+ quantizer low', '+ policy of quantizer low']);
  expect(words(base, quantized)).toEqual(['− quantizer low', '− policy of quantizer low']);
});

test('windows, lists and new keys of a policy are compared', () => {
  expect(words(base.replace('ending_epoch: 4', 'ending_epoch: 3'))).toEqual([
    'policy of pruner gradual: ending_epoch 3 instead of 4',
  ]);
  expect(words(base.replace('[fc1.weight]', '[fc1.weight, fc2.weight]'))).toEqual([
    'pruner gradual: weights [fc1.weight, fc2.weight] instead of [fc1.weight]',
  ]);
  expect(words(base.replace('{instance_name: gradual}', '{instance_name: gradual, args: {keep_mask: true}}'))).toEqual([
    'policy of pruner gradual: args {keep_mask: true}, new',
  ]);
});

test('comments and sweeps change nothing, and what is no YAML is said to be none', () => {
  expect(words(`# a note\n${base}`)).toEqual(['layout']);
  expect(words(base.replace('seed: 1', 'seed: 1, sweep: {path: training.seed, values: [1]}'))).toEqual(['layout']);
  expect(words(base)).toEqual(['same']);
  expect(words('a: [')).toEqual(['unreadable']);
});
