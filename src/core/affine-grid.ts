/** Equally spaced values: real = scale · (q − zeroPoint), with whole q from 0 to levels − 1. */
export interface AffineGrid {
  readonly scale: number;
  /** Whole where 0 is one of the values, so that it is met exactly. */
  readonly zeroPoint: number;
  readonly levels: number;
}

/** How far a value may lie from its level, as a share of the largest magnitude: some roundings to float32. */
const tolerance = 2e-6;

/**
 * The coarsest grid that fake-quantized values lie on, found from the values alone: the fewest equal steps between the
 * smallest and the largest that meet all others. Works for every uniform quantizer, whatever it calls its scale.
 *
 * @param maxLevels 2 to the power of the bits.
 * @returns null if the values need more levels, or are not equally spaced, or one is not finite.
 */
export function findAffineGrid(values: Float32Array, maxLevels: number): AffineGrid | null {
  const distinct = distinctValues(values, maxLevels);
  if (distinct === null) return null;
  const lowest = distinct[0] ?? 0;
  const highest = distinct.at(-1) ?? 0;
  if (lowest === highest) return { scale: Math.abs(lowest) || 1, zeroPoint: -Math.sign(lowest) + 0, levels: 1 };
  const largest = Math.max(-lowest, highest);
  const hasZero = distinct.includes(0);
  for (let steps = 1; steps < maxLevels; steps++) {
    const grid = anchoredGrid({ lowest, highest, hasZero }, steps);
    const fits = (value: number): boolean =>
      Math.abs(gridValue(grid, levelOf(grid, value)) - value) <= tolerance * largest;
    if (distinct.every(fits)) return grid;
  }
  return null;
}

/** Level of a value: the nearest whole q. */
export function levelOf({ scale, zeroPoint }: AffineGrid, value: number): number {
  return Math.round(value / scale + zeroPoint) + 0;
}

/** Value of a level, in float32. */
export function gridValue({ scale, zeroPoint }: Pick<AffineGrid, 'scale' | 'zeroPoint'>, level: number): number {
  return Math.fround(scale * (level - zeroPoint));
}

/** Ascending; null if there are more than `limit`, or one is not finite. */
function distinctValues(values: Float32Array, limit: number): readonly number[] | null {
  const seen = new Set<number>();
  for (const value of values) {
    if (!Number.isFinite(value)) return null;
    seen.add(value + 0);
    if (seen.size > limit) return null;
  }
  return [...seen].sort((a, b) => a - b);
}

function anchoredGrid(
  { lowest, highest, hasZero }: { readonly lowest: number; readonly highest: number; readonly hasZero: boolean },
  steps: number,
): AffineGrid {
  const scale = (highest - lowest) / steps;
  const zeroPoint = hasZero ? Math.round(-lowest / scale) + 0 : -lowest / scale;
  return { scale, zeroPoint, levels: steps + 1 };
}
