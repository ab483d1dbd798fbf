import { expect, test } from 'vitest';
import { distillerCsv, type SensitivityResult, tableLines } from './sensitivity-table.ts';

const result: SensitivityResult = {
  kind: 'sensitivity',
  unpruned: { top1: 0.75, top5: 1, loss: 0.25 },
  results: [
    { parameter: 'conv1.weight', points: [{ level: 0.5, sparsity: 0.505, top1: 0.5, top5: 0.875, loss: 1.5 }] },
  ],
};

test('the file has the columns of Distiller, in percent', () => {
  expect(distillerCsv(result)).toBe('parameter,sparsity,top1,top5,loss\nconv1.weight,0.5,50,87.5,1.5\n');
});

test('the table starts with the unpruned model', () => {
  expect(tableLines(result)).toEqual([
    'parameter       level sparsity   top1 %   top5 %     loss',
    '(none)                            75.00   100.00   0.2500',
    'conv1.weight     0.50    0.505    50.00    87.50   1.5000',
  ]);
});
