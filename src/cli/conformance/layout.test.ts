import { expect, test } from 'vitest';
import { fromProject, toProject, transpose } from './layout.ts';

const range = (length: number): number[] => Array.from({ length }, (_, index) => index);

test('the value at [out, in, h, w] is found at [h, w, in, out]', () => {
  const shape = [2, 3, 4, 5];
  const { shape: projectShape, values } = toProject({ shape, data: range(120) });
  expect(projectShape).toEqual([4, 5, 3, 2]);
  const [out, input, row, column] = [1, 2, 3, 1];
  expect(values[((row * 5 + column) * 3 + input) * 2 + out]).toBe(((out * 3 + input) * 4 + row) * 5 + column);
});

test.each([[[2, 3, 4, 5]], [[3, 4]], [[6]], [[]]])('there and back gives the same: %j', (shape) => {
  const size = shape.reduce((product, length) => product * length, 1);
  const there = toProject({ shape, data: range(size) });
  expect(fromProject(there.shape, there.values)).toEqual({ shape, data: range(size) });
});

test('transposing as NumPy does', () => {
  expect([...transpose([2, 3], range(6), [1, 0]).values]).toEqual([0, 3, 1, 4, 2, 5]);
});
