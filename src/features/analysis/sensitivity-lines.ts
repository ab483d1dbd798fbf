import type { ParameterSpec } from '../../core/network.ts';
import type { AnalysisResult } from '../../protocol/analysis.ts';
import type { ChartSeries } from '../../ui/chart-types.ts';
import { layerStyle } from '../../ui/layer-colors.ts';

type Sensitivity = Extract<AnalysisResult, { kind: 'sensitivity' }>;

/** A line for each layer in its colour: accuracy over the sparsity that was reached. */
export function sensitivityLines(
  { results }: Sensitivity,
  kernels: readonly Pick<ParameterSpec, 'name' | 'layer'>[],
): readonly ChartSeries[] {
  return results.map(({ parameter, points }, position) => {
    const known = kernels.findIndex(({ name }) => name === parameter);
    const { colorVar, marker, dash } = layerStyle(known < 0 ? position : known);
    return {
      id: parameter,
      label: kernels[known]?.layer ?? parameter,
      colorVar,
      marker,
      dash,
      kind: 'measured',
      stepped: false,
      points: points.map(({ sparsity, top1 }) => ({ x: sparsity, y: top1 })),
    };
  });
}

/** Between round numbers around every accuracy: small losses stay visible. */
export function accuracyDomain({ unpruned, results }: Sensitivity): readonly [number, number] {
  const all = [unpruned, ...results.flatMap(({ points }) => points)].map(({ top1 }) => top1).filter(Number.isFinite);
  const lowest = Math.floor(Math.min(...all, 0.9) * 10 + 1e-9) / 10;
  const highest = Math.ceil(Math.max(...all) * 10 - 1e-9) / 10;
  return [lowest, Math.max(highest, lowest + 0.1)];
}

/** The index of the level whose sparsity is nearest. */
export function nearestLevel({ results }: Sensitivity, sparsity: number): number | null {
  const levels = results[0]?.points.map(({ level }) => level) ?? [];
  const distances = levels.map((level) => Math.abs(level - sparsity));
  return levels.length === 0 ? null : distances.indexOf(Math.min(...distances));
}
