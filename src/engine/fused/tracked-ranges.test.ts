import { expect, test } from 'vitest';
import { extremesOf } from './tracked-ranges.ts';

const orderOf = (value: number): number => extremesOf(Float32Array.of(value))[0]!;

test('numbers for the extremes are in the order of the values, and never the marks of nothing seen', () => {
  const values = [-3e38, -2, -1e-30, 0, 1e-30, 0.5, 2, 3e38];
  const orders = values.map(orderOf);
  expect(orders).toEqual(orders.toSorted((a, b) => a - b));
  expect(new Set(orders).size).toBe(values.length);
  expect(orders.every((order) => order > 0 && order < 0xffff_ffff)).toBe(true);
});

test('the extremes of weights are those of the values', () => {
  expect([...extremesOf(Float32Array.of(0.25, -3, 7, 0))]).toEqual([orderOf(-3), orderOf(7)]);
});
