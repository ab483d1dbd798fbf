import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BudgetedKernel, budgetRules, shareSparsity } from './sparsity-budget.ts';

const kernel = (name: string, ...shape: number[]): BudgetedKernel => ({
  ...{ name, shape },
  size: shape.reduce((product, length) => product * length, 1),
});

const kernels = [
  kernel('conv1', 5, 5, 1, 8),
  kernel('conv2', 5, 5, 8, 16),
  kernel('fc1', 784, 64),
  kernel('fc2', 64, 10),
];

test('uniform gives each kernel the same density', () => {
  for (const { density } of shareSparsity(kernels, 0.9, 'uniform')) expect(density).toBeCloseTo(0.1, 2);
});

test('ERK follows (sum of the dimensions) / (their product)', () => {
  // Four dense layers of which none is capped: densities relate as their scores do.
  const dense = [kernel('a', 100, 100), kernel('b', 200, 100), kernel('c', 400, 400)];
  const [a, b, c] = shareSparsity(dense, 0.9, 'erk');
  expect(a!.density / b!.density).toBeCloseTo(200 / 10_000 / (300 / 20_000), 2);
  expect(a!.density / c!.density).toBeCloseTo(200 / 10_000 / (800 / 160_000), 2);
});

test('ERK leaves small kernels dense, and the others share what is left', () => {
  const shares = shareSparsity(kernels, 0.5, 'erk');
  expect(shares.map(({ name, kept, size }) => [name, kept === size])).toEqual([
    ['conv1', true],
    ['conv2', false],
    ['fc1', false],
    ['fc2', true],
  ]);
  const free = shares.filter(({ kept, size }) => kept < size);
  const [conv2, fc1] = free;
  expect(conv2!.density / fc1!.density).toBeCloseTo(34 / 3200 / (848 / 50_176), 1);
});

test('the fewest stay, and the others give them', () => {
  const shares = shareSparsity(kernels, 0.999, 'uniform', 8);
  expect(Math.min(...shares.map(({ kept }) => kept))).toBe(8);
  const total = kernels.reduce((sum, { size }) => sum + size, 0);
  expect(shares.reduce((sum, { kept }) => sum + kept, 0)).toBe(Math.round(total * 0.001));
});

test('the ends are reached', () => {
  for (const rule of budgetRules) {
    expect(shareSparsity(kernels, 0, rule).map(({ density }) => density)).toEqual([1, 1, 1, 1]);
    expect(shareSparsity(kernels, 1, rule).map(({ density }) => density)).toEqual([0, 0, 0, 0]);
  }
  expect(shareSparsity([], 0.5, 'erk')).toEqual([]);
  expect(() => shareSparsity(kernels, 1.2, 'erk')).toThrow(RangeError);
});

test('the total is met within one weight, and every density lies in [0, 1]', () => {
  const dimension = fc.integer({ min: 1, max: 60 });
  const shape = fc.oneof(
    fc.tuple(dimension, dimension),
    fc.tuple(fc.constantFrom(1, 3, 5), fc.constantFrom(1, 3, 5), dimension, dimension),
  );
  const networks = fc.array(shape, { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(
      networks,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.constantFrom(...budgetRules),
      (shapes, sparsity, rule) => {
        const own = shapes.map((lengths, index) => kernel(String(index), ...lengths));
        const total = own.reduce((sum, { size }) => sum + size, 0);
        const shares = shareSparsity(own, sparsity, rule);
        expect(Math.abs(shares.reduce((sum, { kept }) => sum + kept, 0) - (1 - sparsity) * total)).toBeLessThanOrEqual(
          1,
        );
        for (const { density, kept, size } of shares) {
          expect(density >= 0 && density <= 1, `${density}`).toBe(true);
          expect(Number.isInteger(kept) && kept <= size).toBe(true);
        }
      },
    ),
  );
});
