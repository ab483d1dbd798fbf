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

/** What a scan measured: of the model as it is, and of each layer alone. */
interface Scanned {
  readonly untouched: number;
  readonly results: readonly { readonly points: readonly { readonly top1: number }[] }[];
}

/** Between round numbers around every accuracy: small losses stay visible. */
export function accuracyDomain({ untouched, results }: Scanned): readonly [number, number] {
  const all = [untouched, ...results.flatMap(({ points }) => points.map(({ top1 }) => top1))].filter(Number.isFinite);
  const lowest = Math.floor(Math.min(...all, 0.9) * 10 + 1e-9) / 10;
  const highest = Math.ceil(Math.max(...all) * 10 - 1e-9) / 10;
  return [lowest, Math.max(highest, lowest + 0.1)];
}

/** The ten points or so below the untouched model, in which budgets are chosen. */
export function nearDomain(untouched: number): readonly [number, number] {
  const low = Math.max(0, Math.floor((untouched - 0.1) * 50) / 50);
  return [low, Math.min(1, Math.ceil(untouched * 50 + 0.1) / 50)];
}
