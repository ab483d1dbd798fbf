import { expect, test } from 'vitest';
import {
  bitCostText,
  bitWidthLines,
  bitWidthSummary,
  bitWidthTable,
  type BitWidths,
  levelsOf,
  modulePlans,
} from './bit-width-lines.ts';

const point = (bits: number, top1: number) => ({ bits, top1, top5: 1, loss: 1 });
const result: BitWidths = {
  kind: 'bit-widths',
  float: { top1: 0.9, top5: 1, loss: 0.5 },
  results: [
    {
      module: 'conv1',
      target: 'weights',
      size: 100,
      scales: 1,
      points: [point(8, 0.9), point(4, 0.89), point(2, 0.3)],
    },
    {
      module: 'relu1',
      target: 'activations',
      size: 0,
      scales: 0,
      points: [point(8, 0.9), point(4, 0.5), point(2, 0.4)],
    },
  ],
};
const kernels = [{ layer: 'conv1' }, { layer: 'fc1' }];

test('bits fall from left to right, and each curve has its own colour', () => {
  const lines = bitWidthLines(result, kernels);
  expect(lines.map(({ colorVar }) => colorVar)).toEqual(['--layer-1', '--layer-3']);
  expect(lines[0]?.points.map(({ x }) => x)).toEqual([0, 4 / 6, 1]);
});

test('the budget gives the fewest bits, their cost and the overrides', () => {
  const levels = levelsOf(result, 1);
  expect(modulePlans(levels)).toEqual([
    { module: 'conv1', weights: 4 },
    { module: 'relu1', activations: 8 },
  ]);
  expect(bitCostText(levels)).toBe('4.00 bits a weight on average, 58 bytes instead of 400');
  expect(bitCostText(levels.slice(1))).toBe('1 of 1 activations quantized');
});

test('table and sentence say what was measured', () => {
  expect(bitWidthTable(result).rows).toHaveLength(6);
  expect(bitWidthTable(result).rows[1]?.cells.slice(0, 4)).toEqual(['conv1', 'weights', '4', '89.0 %']);
  expect(bitWidthSummary(result)).toContain('conv1, 30.0 % at 2 bits');
});
