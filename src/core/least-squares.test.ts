import { expect, test } from 'vitest';
import { multiply, solveLeastSquares } from './least-squares.ts';
import { createRandom } from './random.ts';

const close = (values: ArrayLike<number>, wanted: readonly number[], digits = 9): void => {
  expect(values).toHaveLength(wanted.length);
  wanted.forEach((value, at) => expect(values[at]).toBeCloseTo(value, digits));
};

test('a square system is solved', () => {
  // 2x + y = 5, x + 3y = 10
  close(solveLeastSquares({ inputs: [2, 1, 1, 3], targets: [5, 10], rows: 2, columns: 2, outputs: 1 }), [1, 3]);
});

test('a line through the origin has the slope Σxy / Σx²', () => {
  const problem = { inputs: [1, 2, 3], targets: [1, 2, 2], rows: 3, columns: 1, outputs: 1 };
  close(solveLeastSquares(problem), [11 / 14]);
});

test('with fewer rows than columns the smallest solution of all is found', () => {
  // x + y + z = 3: the nearest point to the origin
  close(solveLeastSquares({ inputs: [1, 1, 1], targets: [3], rows: 1, columns: 3, outputs: 1 }), [1, 1, 1]);
});

test('a ridge pulls to 0 by its share', () => {
  // (Σx² + λ) b = Σxy, λ = 0.5 · Σx²
  const problem = { inputs: [1, 2], targets: [2, 4], rows: 2, columns: 1, outputs: 1 };
  close(solveLeastSquares(problem, 0.5), [2 / 1.5]);
});

test('columns that are alike need a ridge, and share then', () => {
  const problem = { inputs: [1, 1, 2, 2, 3, 3], targets: [2, 4, 6], rows: 3, columns: 2, outputs: 1 };
  expect(() => solveLeastSquares(problem)).toThrow(RangeError);
  close(solveLeastSquares(problem, 1e-9), [1, 1], 6);
});

test('inputs of zeros say nothing', () => {
  close(solveLeastSquares({ inputs: [0, 0, 0, 0], targets: [1, 2], rows: 2, columns: 2, outputs: 1 }), [0, 0]);
  close(solveLeastSquares({ inputs: [0, 0], targets: [1], rows: 1, columns: 2, outputs: 1 }), [0, 0]);
});

test('a linear map is found again from what it gives, for several outputs at a time', () => {
  const random = createRandom(1);
  const draw = (length: number) => Array.from({ length }, () => random.normal());
  const [inputs, map] = [draw(40 * 7), draw(7 * 3)];
  const targets = multiply(inputs, map, { rows: 40, inner: 7, columns: 3 });
  close(solveLeastSquares({ inputs, targets, rows: 40, columns: 7, outputs: 3 }), map);
});
