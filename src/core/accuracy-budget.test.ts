import fc from 'fast-check';
import { expect, test } from 'vitest';
import { accuracyFloor, allowedPlace, type BudgetPoint } from './accuracy-budget.ts';

const points = [
  { x: 0.2, top1: 0.9 },
  { x: 0.4, top1: 0.88 },
  { x: 0.6, top1: 0.5 },
  { x: 0.8, top1: 0.95 },
];

test('the crossing lies between two measured places, in proportion', () => {
  expect(allowedPlace(0.9, points, 0.89)).toBeCloseTo(0.3, 9);
  expect(allowedPlace(0.9, points, 0.69)).toBeCloseTo(0.5, 9);
});

test('accuracy that recovers behind the crossing does not count', () => {
  expect(allowedPlace(0.9, points, 0.6)).toBeLessThan(0.6);
});

test('a curve that never falls that far is followed to its end', () => {
  expect(allowedPlace(0.9, points, 0.4)).toBe(0.8);
  expect(allowedPlace(0.9, [], 0.4)).toBe(0);
});

test('a loss of exactly the budget is within it', () => {
  expect(allowedPlace(0.9, [{ x: 0.5, top1: 0.89 }], accuracyFloor(0.9, 1))).toBe(0.5);
});

test('an accuracy that is no number ends the curve', () => {
  expect(
    allowedPlace(
      0.9,
      [
        { x: 0.2, top1: 0.9 },
        { x: 0.5, top1: NaN },
      ],
      0.8,
    ),
  ).toBe(0.2);
});

test('a larger budget never allows less', () => {
  const curve = fc
    .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 10 })
    .map((tops) => tops.map((top1, index): BudgetPoint => ({ x: (index + 1) / tops.length, top1 })));
  const budgets = fc.tuple(fc.double({ min: 0, max: 50, noNaN: true }), fc.double({ min: 0, max: 50, noNaN: true }));
  fc.assert(
    fc.property(curve, budgets, (own, [a, b]) => {
      const at = (budget: number): number => allowedPlace(0.9, own, accuracyFloor(0.9, budget));
      const [small, large] = [at(Math.min(a, b)), at(Math.max(a, b))];
      expect(small).toBeLessThanOrEqual(large + 1e-12);
      expect(small).toBeGreaterThanOrEqual(0);
      expect(large).toBeLessThanOrEqual(1);
    }),
  );
});
