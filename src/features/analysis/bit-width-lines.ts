import { bitsWithin, costOfBits, type ModuleBitLevel } from '../../core/bit-levels.ts';
import type { ParameterSpec } from '../../core/network.ts';
import type { AnalysisResult, BitWidthCurve } from '../../protocol/analysis.ts';
import type { ModulePlan } from '../../schedule/schedule-plan.ts';
import type { ChartTable } from '../../ui/chart-frame.tsx';
import type { ChartSeries } from '../../ui/chart-types.ts';
import { layerStyle } from '../../ui/layer-colors.ts';
import { grouped } from '../../ui/grouped.ts';
import { percent, short } from './analysis-text.ts';

export type BitWidths = Extract<AnalysisResult, { kind: 'bit-widths' }>;

/** Where a width stands on the axis: the most bits at the left. */
export function placeOfBits(bits: number, widths: readonly number[]): number {
  const [most, fewest] = [Math.max(...widths), Math.min(...widths)];
  return most === fewest ? 0 : (most - bits) / (most - fewest);
}

/** The widths that were measured, the most bits first. */
export function widthsOf({ results }: BitWidths): readonly number[] {
  return results[0]?.points.map(({ bits }) => bits) ?? [];
}

export const idOfCurve = ({ module, target }: Pick<BitWidthCurve, 'module' | 'target'>): string =>
  `${target} ${module}`;

/** Colour and marker of a curve: those of its layer, and for activations those behind the last layer. */
export function styleIndex(
  curve: Pick<BitWidthCurve, 'module' | 'target'>,
  { results }: BitWidths,
  kernels: Kernels,
): number {
  if (curve.target === 'weights') {
    return Math.max(
      0,
      kernels.findIndex(({ layer }) => layer === curve.module),
    );
  }
  const activations = results.filter(({ target }) => target === 'activations');
  return kernels.length + activations.findIndex(({ module }) => module === curve.module);
}

type Kernels = readonly Pick<ParameterSpec, 'layer'>[];

/** A line for each module: accuracy over the bits that it has. */
export function bitWidthLines(result: BitWidths, kernels: Kernels): readonly ChartSeries[] {
  const widths = widthsOf(result);
  return result.results.map((curve) => {
    const { colorVar, marker, dash } = layerStyle(styleIndex(curve, result, kernels));
    return {
      ...{ id: idOfCurve(curve), label: curve.module, colorVar, marker, dash },
      ...{ kind: 'measured', stepped: false },
      points: curve.points.map(({ bits, top1 }) => ({ x: placeOfBits(bits, widths), y: top1 })),
    };
  });
}

/** The numbers of the chart, a row for each module and width. */
export function bitWidthTable({ results }: BitWidths): ChartTable {
  return {
    columns: ['module', 'of', 'bits', 'top-1', 'top-5', 'loss'].map((label) => ({ id: label, label })),
    rows: results.flatMap((curve) =>
      curve.points.map((point) => ({
        id: `${idOfCurve(curve)} ${point.bits}`,
        cells: [
          curve.module,
          curve.target,
          String(point.bits),
          percent(point.top1),
          percent(point.top5),
          short(point.loss),
        ],
      })),
    ),
  };
}

/** The module that suffers most at the fewest bits, in a sentence. */
export function bitWidthSummary({ float, results }: BitWidths): string {
  const ends = results.flatMap(({ module, points }) => {
    const last = points.at(-1);
    return last === undefined ? [] : [{ module, ...last }];
  });
  const [first, ...rest] = ends;
  if (!first) return 'There is nothing to quantize in this model.';
  const worst = rest.reduce((low, end) => (end.top1 < low.top1 ? end : low), first);
  return `Float ${percent(float.top1)}. Most sensitive: ${worst.module}, ${percent(worst.top1)} at ${worst.bits} bits.`;
}

/** The fewest bits of each module within a budget. */
export function levelsOf({ float, results }: BitWidths, fall: number): readonly ModuleBitLevel[] {
  return bitsWithin(float.top1, results, fall);
}

/** "3.4 bits a weight on average, 21 504 bytes instead of 217 000". */
export function bitCostText(levels: readonly ModuleBitLevel[]): string {
  const { meanBits, bytes, floatBytes } = costOfBits(levels);
  if (floatBytes === 0) {
    const limited = levels.filter(({ bits }) => bits !== null).length;
    return `${limited} of ${levels.length} activations quantized`;
  }
  return `${meanBits.toFixed(2)} bits a weight on average, ${grouped(bytes)} bytes instead of ${grouped(floatBytes)}`;
}

/** What a schedule is told of each module. */
export function modulePlans(levels: readonly ModuleBitLevel[]): readonly ModulePlan[] {
  return levels.map(({ module, target, bits }) =>
    target === 'weights' ? { module, weights: bits } : { module, activations: bits },
  );
}
