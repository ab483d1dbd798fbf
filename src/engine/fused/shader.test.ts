import { expect, test } from 'vitest';
import { hoisted, type Kernel, mergeKernels, shaderText } from './shader.ts';

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
