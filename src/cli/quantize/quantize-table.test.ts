import { expect, test } from 'vitest';
import { quantizeTable } from './quantize-table.ts';

test('the table has a line for the float network and for each way of clipping, with what it costs', () => {
  const achievement = { top1: 0.97, top5: 1, loss: 0.125 };
  const variants = [
    { label: 'NONE', achievement: { ...achievement, top1: 0.875 }, layers: [] },
    { label: 'AVG', achievement: { ...achievement, top1: 0.98 }, layers: [] },
  ];
  expect(quantizeTable({ kind: 'post-training', float: achievement, variants, statistics: null })).toEqual([
    'clip acts   top1 %   top5 %     loss   change',
    '(float)      97.00   100.00   0.1250',
    'NONE         87.50   100.00   0.1250    -9.50',
    'AVG          98.00   100.00   0.1250    +1.00',
  ]);
});
