import { expect, test } from 'vitest';
import { createInstance } from '../create-instance.ts';
import { smallNetwork } from '../parameter-fixtures.ts';

const create = (args: object = {}) => createInstance('quantizer', 'NCFQuantAwareTrainQuantizer', args);

test('quantizes behind dense layers and in place of ReLUs, and no inputs', () => {
  const quantizer = create({ bits_activations: 8 });
  const placements = smallNetwork.layers.flatMap(({ name, kind }) => {
    const replacement = quantizer.replaceModule(smallNetwork, name);
    return replacement ? [[kind, replacement.placement ?? 'instead']] : [];
  });
  expect(new Set(placements.map(String))).toEqual(new Set(['relu,instead', 'dense,after']));
  expect(quantizer.quantizeInput()).toBeNull();
});

test('leaves a dense layer whose activations have no bits', () => {
  const quantizer = create({ bits_activations: 8, overrides: { fc1: { bits_activations: null } } });
  const dense = smallNetwork.layers.filter(({ kind }) => kind === 'dense');
  expect(dense.map(({ name }) => quantizer.replaceModule(smallNetwork, name))).toEqual(dense.map(() => null));
});

test('knows nothing of inputs', () => {
  expect(() => create({ quantize_inputs: true })).toThrow(RangeError);
});
