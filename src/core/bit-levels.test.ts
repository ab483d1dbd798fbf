import { expect, test } from 'vitest';
import { type BitCurve, bitsWithin, costOfBits } from './bit-levels.ts';

function curve(module: string, tops: readonly number[], size = 100): BitCurve {
  return {
    ...{ module, target: 'weights', size, scales: 1 },
    points: tops.map((top1, index) => ({ bits: 8 - 2 * index, top1 })),
  };
}

test('the fewest bits within the budget count, up to the first width that exceeds it', () => {
  const curves = [
    curve('good', [0.9, 0.9, 0.9]),
    curve('middle', [0.9, 0.89, 0.5]),
    curve('odd', [0.9, 0.5, 0.9]),
    curve('bad', [0.5, 0.4, 0.3]),
  ];
  expect(bitsWithin(0.9, curves, 1).map(({ module, bits }) => [module, bits])).toEqual([
    ['good', 4],
    ['middle', 6],
    ['odd', 8],
    ['bad', null],
  ]);
});

test('an accuracy that is no number exceeds any budget', () => {
  expect(bitsWithin(0.9, [curve('a', [NaN, 0.9, 0.9])], 100)[0]?.bits).toBeNull();
});

test('the cost counts packed weights, scales and layers in float', () => {
  const levels = bitsWithin(0.9, [curve('a', [0.9, 0.9, 0.9], 300), curve('b', [0.1, 0.1, 0.1], 100)], 1);
  expect(costOfBits(levels)).toEqual({ meanBits: (300 * 4 + 100 * 32) / 400, bytes: 150 + 8 + 400, floatBytes: 1600 });
  expect(costOfBits([])).toEqual({ meanBits: 0, bytes: 0, floatBytes: 0 });
});

test('activations take part in the levels and not in the cost', () => {
  const acts: BitCurve = { ...curve('relu', [0.9, 0.9, 0.1]), target: 'activations', size: 0, scales: 0 };
  const levels = bitsWithin(0.9, [acts], 1);
  expect(levels[0]?.bits).toBe(6);
  expect(costOfBits(levels).bytes).toBe(0);
});
