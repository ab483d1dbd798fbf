import { describe, expect, it } from 'vitest';
import type { AnalysisResult, SummaryRow } from '../../protocol/analysis.ts';
import {
  costLines,
  sensitivityFile,
  sensitivityHint,
  sensitivitySummary,
  sensitivityTable,
  summaryColumns,
  summaryTotals,
  variantLines,
} from './analysis-results.ts';
import { nearestColumn } from './scan-plot.ts';
import { accuracyDomain, nearDomain, sensitivityLines } from './sensitivity-lines.ts';

const achievement = (top1: number) => ({ top1, top5: 1, loss: 0.25 });

const sensitivity: Extract<AnalysisResult, { kind: 'sensitivity' }> = {
  kind: 'sensitivity',
  unpruned: achievement(0.957),
  results: [
    {
      parameter: 'fc1.weight',
      points: [
        { level: 0.1, sparsity: 0.125, ...achievement(0.957) },
        { level: 0.9, sparsity: 0.9, ...achievement(0.413) },
      ],
    },
    {
      parameter: 'fc2.weight',
      points: [
        { level: 0.1, sparsity: 0.1, ...achievement(0.95) },
        { level: 0.9, sparsity: 0.9, ...achievement(0.88) },
      ],
    },
  ],
};

describe('the results of a sensitivity analysis', () => {
  it('become the file that Distiller writes, in percent and with the levels asked for', () => {
    expect(sensitivityFile(sensitivity).split('\n').slice(0, 3)).toEqual([
      'parameter,sparsity,top1,top5,loss',
      'fc1.weight,0.1,95.7,100,0.25',
      'fc1.weight,0.9,41.3,100,0.25',
    ]);
  });

  it('have a row in the table for each layer and level', () => {
    const { rows } = sensitivityTable(sensitivity);
    expect(rows.map(({ cells }) => cells.slice(0, 4))).toEqual([
      ['fc1.weight', '10 %', '12.5 %', '95.7 %'],
      ['fc1.weight', '90 %', '90.0 %', '41.3 %'],
      ['fc2.weight', '10 %', '10.0 %', '95.0 %'],
      ['fc2.weight', '90 %', '90.0 %', '88.0 %'],
    ]);
  });

  it('name the most sensitive layer', () => {
    expect(sensitivitySummary(sensitivity)).toContain('fc1.weight, 41.3 % at 90 %');
    expect(sensitivitySummary({ ...sensitivity, results: [] })).toContain('No layer');
  });

  it('say so if the layers were sparser than every level', () => {
    const untouched = sensitivity.results.map(({ parameter, points }) => ({
      parameter,
      points: points.map((point) => ({ ...point, sparsity: 0.92 })),
    }));
    expect(sensitivityHint({ ...sensitivity, results: untouched })).toContain('92.0 % sparse');
    expect(sensitivityHint(sensitivity)).toBeNull();
    expect(sensitivityHint({ ...sensitivity, results: [] })).toBeNull();
  });

  it('are lines over the sparsity that was reached, in the colour of the layer', () => {
    const kernels = ['fc0', 'fc1', 'fc2'].map((layer) => ({ name: `${layer}.weight`, layer }));
    const lines = sensitivityLines(sensitivity, kernels);
    expect(lines.map(({ label, colorVar }) => [label, colorVar])).toEqual([
      ['fc1', '--layer-2'],
      ['fc2', '--layer-3'],
    ]);
    expect(lines[0]?.points[0]).toEqual({ x: 0.125, y: 0.957 });
  });

  it('have an axis from the round number below every accuracy', () => {
    const untouched = sensitivity.unpruned.top1;
    expect(accuracyDomain({ untouched, results: sensitivity.results })).toEqual([0.4, 1]);
    expect(accuracyDomain({ untouched, results: [] })).toEqual([0.9, 1]);
  });

  it('have an axis of ten points or so below the untouched model, near the budget', () => {
    expect(nearDomain(0.957)).toEqual([0.84, 0.96]);
    expect(nearDomain(0.05)).toEqual([0, 0.06]);
    expect(nearDomain(1)).toEqual([0.9, 1]);
  });

  it('are read at the nearest level', () => {
    const columns = [0.125, 0.5].map((at) => ({ at, title: '' }));
    expect(nearestColumn(columns, 0.2)).toBe(0);
    expect(nearestColumn(columns, 0.6)).toBe(1);
    expect(nearestColumn([], 0.6)).toBeNull();
  });
});

describe('the results of a quantization after training', () => {
  it('stand against float, the best one marked', () => {
    const variant = (label: string, top1: number) => ({ label, achievement: achievement(top1), layers: [] });
    const lines = variantLines({
      kind: 'post-training',
      float: achievement(0.957),
      variants: [variant('NONE', 0.901), variant('AVG', 0.957)],
      statistics: null,
    });
    expect(lines).toEqual([
      { label: 'float', accuracy: '95.7 %', difference: '', loss: '0.25', isBest: false },
      { label: 'NONE', accuracy: '90.1 %', difference: '−5.6 points', loss: '0.25', isBest: false },
      { label: 'AVG', accuracy: '95.7 %', difference: '0.0 points', loss: '0.25', isBest: true },
    ]);
  });
});

describe('the results of thinning', () => {
  it('show what was saved', () => {
    const cost = (scale: number) => ({
      parameters: 20_000 * scale,
      macs: 1_000_000 * scale,
      achievement: achievement(0.957),
      inferenceMs: 2 * scale,
    });
    const lines = costLines({ kind: 'thinning', removed: [], refusal: null, before: cost(1), after: cost(0.5) });
    expect(lines.map((line) => [line.what, line.after, line.change])).toEqual([
      ['parameters', '10\u202f000', '−50.0 %'],
      ['MACs', '500\u202f000', '−50.0 %'],
      ['accuracy', '95.7 %', '0.0 points'],
      ['inference', '1.00 ms', '−50.0 %'],
    ]);
  });
});

describe('the table of weights', () => {
  const row: SummaryRow = {
    parameter: 'fc1.weight',
    shape: [2, 32],
    size: 64,
    nonZero: 48,
    structures: { rows: 0, columns: 0.25 },
    mean: -0.0012345,
    std: 0.5,
    meanMagnitude: 0.25,
    macs: 64,
  };
  const text = (label: string) => summaryColumns.find((column) => column.label === label)?.text(row);

  it('has the columns of Distiller, and MACs', () => {
    expect(summaryColumns.map(({ label }) => label)).toEqual(
      'NNZ (dense),NNZ (sparse),Cols %,Rows %,Ch %,2D %,3D %,Fine %,Std,Mean,Abs-mean,MACs'.split(','),
    );
    expect([text('NNZ (sparse)'), text('Cols %'), text('Rows %'), text('3D %'), text('Fine %')]).toEqual([
      '48',
      '25.0',
      '0.0',
      '–',
      '25.0',
    ]);
    expect(text('Mean')).toBe('−0.00123');
  });

  it('ends with totals', () => {
    const totals = summaryTotals({ kind: 'summary', rows: [row, { ...row, nonZero: 64 }], totalMacs: 128 });
    expect(totals).toEqual(['128', '112', '', '', '', '', '', '12.5', '', '', '', '128']);
  });
});
