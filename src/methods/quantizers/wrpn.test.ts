import { expect, test } from 'vitest';
import { arrayMath, arrayTensor } from '../array-math.ts';
import { createInstance } from '../create-instance.ts';
import { parameterNamed } from '../parameter-fixtures.ts';

test('two bits round past one, because the scale is a half-integer', () => {
  const quantizer = createInstance('quantizer', 'WRPNQuantizer', {});
  const input = arrayTensor([5], [-3, -0.5, 0.1, 0.6, 1]);
  const { values } = quantizer.quantizeParameter(arrayMath, input, parameterNamed('fc1.weight'), 2);
  [-4 / 3, -2 / 3, 0, 2 / 3, 4 / 3].forEach((level, index) => expect(values.data[index]).toBeCloseTo(level, 6));
});
