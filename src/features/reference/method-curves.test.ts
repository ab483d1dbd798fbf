import { describe, expect, it } from 'vitest';
import { gradualSparsity } from '../../core/gradual-sparsity.ts';
import { catalogue } from '../../methods/catalogue.ts';
import { curveWords } from './curve-words.ts';
import { methodCurves, shownEpochs } from './method-curves.ts';

const methodNamed = (name: string) => catalogue.find((method) => method.name === name)!;
const curvesOf = (name: string) => methodCurves(methodNamed(name));
const valuesOf = (name: string, index = 0) => curvesOf(name)[index]!.lines[0]!.points.map(({ y }) => y);
const levels = (values: readonly number[]) => new Set(values.map((value) => value.toFixed(5))).size;

describe('methodCurves', () => {
  it.each(catalogue.map((method) => [method.name, method] as const))('draws finite numbers for %s', (_, method) => {
    for (const curve of methodCurves(method)) {
      const values = curve.lines.flatMap(({ points }) => points.flatMap(({ x, y }) => [x, y]));
      expect(values.every(Number.isFinite)).toBe(true);
      expect(curveWords(curve)).not.toMatch(/NaN|undefined/);
    }
  });

  it('has none for what depends on trained weights, and for extensions', () => {
    const without = catalogue.filter((method) => methodCurves(method).length === 0).map(({ name }) => name);
    expect(without).toContain('FilterRemover');
    expect(without).toContain('BernoulliFilterPruner');
    expect(without).not.toContain('AutomatedGradualPruner');
  });

  it('follows the cubic of gradual pruning', () => {
    const values = valuesOf('AutomatedGradualPruner');
    const window = { startingEpoch: 0, endingEpoch: shownEpochs, frequency: 1 };
    for (const epoch of [0, 7, 29]) expect(values[epoch]).toBeCloseTo(gradualSparsity(0.05, 0.9, epoch, window), 3);
  });

  it('shows the steps of the bits of the example', () => {
    expect(levels(valuesOf('DorefaQuantizer'))).toBe(8);
    expect(levels(valuesOf('PACTQuantizer', 1))).toBe(16);
    expect(Math.max(...valuesOf('PACTQuantizer', 1))).toBeCloseTo(6);
    expect(levels(valuesOf('PostTrainLinearQuantizer'))).toBe(16);
  });

  it('halves the rate of a plateau, and steps down by milestones', () => {
    expect(valuesOf('ReduceLROnPlateau').slice(0, 4)).toEqual([0.03, 0.03, 0.03, 0.015]);
    expect(valuesOf('MultiStepLR')[6]).toBeCloseTo(0.003);
  });

  it('shows a mask that remembers as two lines, and a threshold that moves by epoch', () => {
    expect(curvesOf('SplicingPruner')[0]?.lines.map(({ name }) => name)).toEqual(['kept before', 'pruned before']);
    const [kept, pruned] = curvesOf('SplicingPruner')[0]!.lines.map(({ points }) => points.filter(({ y }) => y !== 0));
    expect(kept!.length).toBeGreaterThan(pruned!.length);
    expect(pruned!.length).toBeGreaterThan(0);
    expect(curvesOf('BaiduRNNPruner')[0]?.xLabel).toBe('epoch');
    expect(curvesOf('MagnitudeParameterPruner')[0]?.lines[0]?.points.filter(({ y }) => y === 0)).toHaveLength(401);
  });
});
