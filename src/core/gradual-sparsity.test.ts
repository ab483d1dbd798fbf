import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gradualSparsity, rampStartSlope, rampThreshold, windowEpochs } from './gradual-sparsity.ts';

test('the curve of the reference: 0.1 to 0.5 over [0, 30) every 2', () => {
  const window = { startingEpoch: 0, endingEpoch: 30, frequency: 2 };
  const targets = windowEpochs(window).map((epoch) => gradualSparsity(0.1, 0.5, epoch, window));
  const expected = [
    0.1, 0.1797, 0.2481, 0.306, 0.3542, 0.3937, 0.4254, 0.45, 0.4685, 0.4818, 0.4907, 0.4961, 0.4988, 0.4999, 0.5,
  ];
  targets.forEach((target, index) => expect(target).toBeCloseTo(expected[index]!, 4));
  expect(targets).toHaveLength(expected.length);
});

test('the last activation reaches the final sparsity exactly, whatever the frequency', () => {
  fc.assert(
    fc.property(
      fc.nat(20),
      fc.integer({ min: 2, max: 60 }),
      fc.integer({ min: 1, max: 10 }),
      (start, length, frequency) => {
        fc.pre(frequency < length);
        const window = { startingEpoch: start, endingEpoch: start + length, frequency };
        const targets = windowEpochs(window).map((epoch) => gradualSparsity(0.05, 0.9, epoch, window));
        expect(targets.at(-1)).toBe(0.9);
        expect([...targets].sort((a, b) => a - b)).toEqual(targets);
      },
    ),
  );
});

test('one activation, or a final sparsity that is not higher, is refused', () => {
  expect(() => gradualSparsity(0, 0.8, 0, { startingEpoch: 0, endingEpoch: 1, frequency: 1 })).toThrow(RangeError);
  expect(() => gradualSparsity(0.5, 0.5, 0, { startingEpoch: 0, endingEpoch: 9, frequency: 1 })).toThrow(RangeError);
});

test('the threshold ramp gets steeper at its ramp epoch', () => {
  const ramp = { target: 0.9, rampEpochOffset: 3, rampSlopeMultiplier: 2 };
  const window = { startingEpoch: 0, endingEpoch: 10, frequency: 1 };
  const slope = rampStartSlope(ramp, window);
  const thresholds = windowEpochs(window).map((epoch) => rampThreshold(ramp, slope, epoch, window));
  expect(thresholds[1]! - thresholds[0]!).toBeCloseTo(slope, 12);
  expect(thresholds[5]! - thresholds[4]!).toBeCloseTo(2 * slope, 12);
});
