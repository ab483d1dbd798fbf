import { expect, test } from 'vitest';
import { arrayMath, arrayTensor } from '../array-math.ts';
import { createInstance } from '../create-instance.ts';
import { parameterNamed, smallNetwork } from '../parameter-fixtures.ts';

const quantizer = createInstance('quantizer', 'DorefaQuantizer', { bits_activations: 2, bits_weights: 2 });
const weight = parameterNamed('fc1.weight');

test('two bits give four levels between -1 and 1', () => {
  const { values } = quantizer.quantizeParameter(arrayMath, arrayTensor([4], [-2, -0.2, 0.4, 2]), weight, 2);
  const levels = [-1, -1 / 3, 1 / 3, 1];
  values.data.forEach((value, index) => expect(value).toBeCloseTo(levels[index]!, 6));
});

test('one bit is plus or minus the mean magnitude, zero counts as plus', () => {
  const { values } = quantizer.quantizeParameter(arrayMath, arrayTensor([4], [-3, 0, 1, 2]), weight, 1);
  expect([...values.data]).toEqual([-1.5, 1.5, 1.5, 1.5]);
});

test('weights that are all zero stay finite', () => {
  const { values } = quantizer.quantizeParameter(arrayMath, arrayTensor([2], [0, 0]), weight, 3);
  expect([...values.data].every(Number.isFinite)).toBe(true);
});

test('a ReLU is cut at 1 and rounded', () => {
  const replaced = quantizer.replaceModule(smallNetwork, 'relu1');
  const input = arrayTensor([4], [-1, 0.3, 0.6, 5]);
  const { output } = replaced!.forward(arrayMath, input, { training: true, learned: {}, state: {} });
  [0, 1 / 3, 2 / 3, 1].forEach((level, index) => expect(output.data[index]).toBeCloseTo(level, 6));
  expect(quantizer.replaceModule(smallNetwork, 'conv1')).toBeNull();
});
