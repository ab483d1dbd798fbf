import { expect, test } from 'vitest';
import { type Bound, hoisted, type Kernel, loadText, mergeKernels, shaderText, storeText } from './shader.ts';

const kernel = (body: string): Kernel => ({ label: 'own', workgroupSize: 64, workgroups: 1, body });

test('kernels that differ by hoisted numbers only have the same text', () => {
  const at = (offset: number, other: number): Kernel =>
    kernel(`y[${hoisted('map', offset)} + lane] = x[${hoisted('kernel', other)}];`);
  const [one, two] = [shaderText(at(0, 8)), shaderText(at(64, 64))];
  expect(two.code).toBe(one.code);
  expect(one.numbers).toEqual([0, 8]);
  expect(two.numbers).toEqual([64, 64]);
  expect(one.code).toContain('y[number0 + lane] = x[number1];');
});

test('a hoisted number that is used again is read once', () => {
  const offset = hoisted('map', 7);
  const { code, numbers } = shaderText(kernel(`let a = ${offset}; let b = ${offset} + ${hoisted('map', 9)};`));
  expect(numbers).toEqual([7, 9]);
  expect(code).toContain('let a = number0; let b = number0 + number1;');
});

test('merged kernels keep their hoisted numbers', () => {
  const merged = mergeKernels([kernel(`let a = ${hoisted('map', 1)};`), kernel(`let b = ${hoisted('map', 2)};`)]);
  expect(shaderText(merged).numbers).toEqual([1, 2]);
});

test('comparisons are no hoisted numbers', () => {
  const { code, numbers } = shaderText(kernel('let a = index <count && 3 > 2;'));
  expect(numbers).toEqual([]);
  expect(code).not.toContain('numbers');
});

test('halves are declared as what they are, and computed with in f32', () => {
  const bound = (type: Bound['type']): Bound => ({ buffer: {} as GPUBuffer, type, length: 8 });
  const [map, values] = [bound('vec4h'), bound('f16')];
  const { code } = shaderText({
    ...kernel(`${storeText(map, 'y[lane]', `vec4f(${loadText(values, 'x[lane]')})`)}
${storeText(map, 'y[0u]', 'sum', true)}`),
    reads: { x: values },
    writes: { y: map },
  });
  expect(code).toMatch(/^enable f16;\n/);
  expect(code).toContain('x: array<f16, 8>;');
  expect(code).toContain('y[lane] = vec4h(vec4f(f32(x[lane])));');
  expect(code).toContain('y[0u] = vec4h(vec4f(y[0u]) + sum);');
});

test('a kernel without halves does not ask for them', () => {
  const map = { buffer: {} as GPUBuffer, type: 'vec4f', length: 8 } as const;
  const { code } = shaderText({
    ...kernel(storeText(map, 'y[lane]', loadText(map, 'y[0u]'), true)),
    writes: { y: map },
  });
  expect(code).not.toContain('f16');
  expect(code).toContain('y[lane] += y[0u];');
});
