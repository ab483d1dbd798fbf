import { accuracyFloor, allowedPlace } from './accuracy-budget.ts';
import { levelCount } from './element-masks.ts';
import type { LayerLevel } from './layer-levels.ts';
import type { ParameterSensitivity, SensitivityGroup } from './sensitivity.ts';

/** What a sensitivity scan found out. */
export interface SparsityScan {
  readonly group: SensitivityGroup;
  /** Accuracy of the model as it is, a fraction. */
  readonly untouched: number;
  readonly results: readonly Pick<ParameterSensitivity, 'parameter' | 'points'>[];
}

interface ScannedKernel {
  readonly name: string;
  /** HWIO or [in, out]. */
  readonly shape: readonly number[];
  readonly size: number;
}

/** So many weights stay in any layer: all that is learned has to pass through them. */
export const fewestKept = 8;

/**
 * How far each kernel alone may be pruned so that accuracy falls by no more than so many percentage points: the level at
 * which its curve crosses that floor, rounded down to whole percents, or to whole filters or channels.
 *
 * @returns Every kernel that was tested, in the scan's order; of some nothing goes. A last structure, and a few weights,
 * stay whatever the curve says.
 */
export function levelsWithin(
  { group, untouched, results }: SparsityScan,
  kernels: readonly ScannedKernel[],
  pointsAllowed: number,
): readonly LayerLevel[] {
  const floor = accuracyFloor(untouched, pointsAllowed);
  return results.flatMap(({ parameter, points }) => {
    const kernel = kernels.find(({ name }) => name === parameter);
    if (!kernel) return [];
    const place = allowedPlace(
      untouched,
      points.map(({ sparsity, top1 }) => ({ x: sparsity, top1 })),
      floor,
    );
    return [{ parameter, size: kernel.size, ...countsAt(place, kernel, group) }];
  });
}

function countsAt(
  place: number,
  kernel: ScannedKernel,
  group: SensitivityGroup,
): Pick<LayerLevel, 'pieces' | 'pruned'> {
  const { shape, size } = kernel;
  if (group === 'element') {
    const wanted = levelCount(size, Math.floor(place * 100 + 1e-6) / 100);
    return { pieces: size, pruned: Math.max(0, Math.min(wanted, size - fewestKept)) };
  }
  const pieces = shape.at(group === 'filter' ? -1 : -2) ?? 1;
  return { pieces, pruned: Math.min(Math.floor(place * pieces + 1e-6), pieces - 1) };
}
