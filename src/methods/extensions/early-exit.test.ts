import { expect, test } from 'vitest';
import type { Network } from '../../core/network.ts';
import type { EarlyExitExtension } from '../extension.ts';
import { createInstance, problemsOf } from '../create-instance.ts';
import definition from './early-exit.ts';

const create = (args: object) => createInstance('extension', 'EarlyExit', args) as EarlyExitExtension;

test('gives the last answer the rest of the loss', () => {
  const { lossWeights } = create({ lossweights: [0.25, 0.25], thresholds: [0.9, 0.8] });
  expect(lossWeights).toEqual([0.25, 0.25, 0.5]);
});

test('lets confident samples leave', () => {
  const { leaves } = create({ lossweights: [0.4], thresholds: [0.9] });
  expect(leaves(0, [0.95, 0.05])).toBe(true);
  expect(leaves(0, [0.9, 0.1])).toBe(false);
  expect(() => leaves(1, [1])).toThrow(RangeError);
});

test('lets samples with little entropy leave', () => {
  // −0.9·ln 0.9 − 0.1·ln 0.1 = 0.325083
  const exit = (threshold: number) => create({ lossweights: [0.4], thresholds: [threshold], rule: 'entropy' });
  expect(exit(0.32509).leaves(0, [0.9, 0.1, 0])).toBe(true);
  expect(exit(0.32508).leaves(0, [0.9, 0.1, 0])).toBe(false);
});

test('finds lists that do not fit each other, and losses without a rest', () => {
  expect(problemsOf('EarlyExit', { lossweights: [0.4], thresholds: [0.9, 0.8] })).toEqual(['exit-count-mismatch']);
  expect(problemsOf('EarlyExit', { lossweights: [0.5, 0.5], thresholds: [0.9, 0.8] })).toEqual(['out-of-range']);
  expect(problemsOf('EarlyExit', { lossweights: [0.4], thresholds: [1.5] })).toEqual(['exit-never-taken']);
  expect(problemsOf('EarlyExit', { lossweights: [0.4], thresholds: [1.5], rule: 'entropy' })).toEqual([]);
});

test('attaches a classifier behind each module that it names', () => {
  const dense = (name: string) => ({ name, kind: 'dense', inFeatures: 2, outFeatures: 2, bias: true }) as const;
  const network = { name: 'n', inputShape: [2], layers: [dense('a'), dense('b'), dense('c')] };
  const extend = (exits: readonly string[], whole: Network = network) => {
    const args = definition.args.parse({ exits, lossweights: [0.2], thresholds: [0.9] });
    const { network: extended, problems } = definition.extendNetwork!(args, whole);
    return { names: (extended.exits ?? []).map(({ layer }) => layer), codes: problems.map(({ code }) => code) };
  };
  expect(extend(['a', 'b'])).toEqual({ names: ['exits.0.fc', 'exits.1.fc'], codes: [] });
  expect(extend(['b', 'a'])).toEqual({ names: [], codes: ['exit-order'] });
  expect(extend(['a', 'a'])).toEqual({ names: [], codes: ['exit-order'] });
  expect(extend(['c'])).toEqual({ names: [], codes: ['exit-impossible'] });
  expect(extend(['z'])).toEqual({ names: [], codes: [] });
  expect(extend(['b'], { ...network, exits: [{ name: 'exit0', layer: 'a' }] }).codes).toEqual(['exits-already']);
  expect(problemsOf('EarlyExit', { exits: ['a', 'b'], lossweights: [0.4], thresholds: [0.9] })).toEqual([
    'exit-count-mismatch',
  ]);
});

test('asks the model for its exits', () => {
  const args = definition.args.parse({ lossweights: [0.2, 0.2], thresholds: [0.9, 0.9] });
  const network = { name: 'n', inputShape: [1], layers: [] };
  const codes = (exits: readonly string[]) =>
    definition
      .checkNetwork?.(args, { ...network, exits: exits.map((layer) => ({ name: layer, layer })) })
      .map(({ code }) => code);
  expect(codes([])).toEqual(['no-early-exit']);
  expect(codes(['a'])).toEqual(['exit-count-mismatch']);
  expect(codes(['a', 'b'])).toEqual([]);
});
