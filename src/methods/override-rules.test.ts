import { expect, test } from 'vitest';
import { bitArguments, bitsOfModule, checkBits, planBits, replacedBits, type BitRules } from './override-rules.ts';
import { resolveOverrides } from './match-modules.ts';
import { smallNetwork } from './parameter-fixtures.ts';

const modules = [...smallNetwork.layers.map(({ name }) => name), 'conv2', 'features.conv1', 'a'.repeat(5000)];

const rules = (overrides: BitRules['overrides']): BitRules => ({
  bits_activations: 8,
  bits_weights: 4,
  bits_bias: null,
  overrides: resolveOverrides(overrides, modules),
});

test('the first pattern that matches the whole name counts, and entries are not merged', () => {
  const bits = bitsOfModule(rules({ 'conv.*': { bits_weights: 6 }, '.*1': { bits_weights: 2, bits_bias: 8 } }));
  expect(bits('conv1', true)).toMatchObject({ weights: 6, bias: null });
  expect(bits('fc1', true)).toMatchObject({ weights: 2, bias: 8 });
  expect(bits('conv1', true).activations).toBe(8);
});

test('the exact name counts before any pattern', () => {
  const bits = bitsOfModule(rules({ 'conv.*': { bits_weights: 6 }, conv1: { bits_weights: 2 } }));
  expect(bits('conv1', true).weights).toBe(2);
});

test('patterns are regular expressions, not globs, and match in full', () => {
  const bits = bitsOfModule(rules({ 'conv*': { bits_weights: 1 }, onv1: { bits_weights: 2 } }));
  expect(bits('conv1', true).weights).toBe(4);
});

test('one module component of a name is removed before matching', () => {
  expect(bitsOfModule(rules({ 'features.conv1': { bits_weights: 3 } }))('features.module.conv1', true).weights).toBe(3);
});

test('a capturing group changes nothing', () => {
  const bits = bitsOfModule(rules({ '(conv1|conv2)': { bits_weights: 7 }, 'f.*': { bits_weights: 2 } }));
  expect([bits('conv2', true).weights, bits('fc1', true).weights]).toEqual([7, 2]);
});

test('a pattern that would make a backtracking engine hang is matched at once', () => {
  const before = performance.now();
  const bits = bitsOfModule(rules({ '(a+)+b': { bits_weights: 2 } }));
  expect(bits('a'.repeat(5000), true).weights).toBe(4);
  expect(performance.now() - before).toBeLessThan(1000);
});

test('null switches off, and only layers with a kernel have bits for weights', () => {
  const plan = planBits(rules({ conv1: { bits_weights: null } }), smallNetwork);
  expect(plan.map(({ module, weights }) => [module, weights])).toEqual([
    ['conv1', null],
    ['relu1', null],
    ['flatten', null],
    ['fc1', 4],
    ['relu2', null],
  ]);
});

test('only a ReLU with activation bits is replaced', () => {
  const some = rules({ relu2: { bits_activations: null } });
  expect(['conv1', 'relu1', 'relu2'].map((name) => replacedBits(some, smallNetwork, name))).toEqual([null, 8, null]);
});

test('old names of override keys are refused with the new one', () => {
  const result = bitArguments({ bias: null }).overrides.safeParse({ conv1: { wts: 2 } });
  expect(result.error?.issues[0]?.message).toContain('bits_weights');
});

test('a broken pattern and 32 bits of activations are reported', () => {
  const codes = checkBits({ ...rules({}), overrides: { '(': {} }, bits_activations: 32 }).map(({ code }) => code);
  expect(codes).toEqual(['bad-pattern', 'bits-not-off']);
});
