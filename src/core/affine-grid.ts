/** Equally spaced values: real = scale · (q − zeroPoint), with whole q from 0 to levels − 1. */
export interface AffineGrid {
  readonly scale: number;
  /** Whole where 0 is one of the values, so that it is met exactly. */
  readonly zeroPoint: number;
  readonly levels: number;
}

/** How far a value may lie from its level, as a share of the largest magnitude: some roundings to float32. */
const tolerance = 2e-6;
/** Uncertainty of a distance between two values, as a share of the largest magnitude. */
const rounding = 3e-7;

/**
 * The coarsest grid that fake-quantized values lie on, found from the values alone: the approximate greatest common divisor
 * of their distances. Works for every uniform quantizer, whatever it calls its scale.
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
  const step = commonStep(distinct, (highest - lowest) / (maxLevels - 1));
  if (step === null) return null;
  const grid = anchoredGrid(distinct, step);
  const largest = Math.max(-lowest, highest);
  const fits = distinct.every(
    (value) => Math.abs(gridValue(grid, levelOf(grid, value)) - value) <= tolerance * largest,
  );
  return fits && grid.levels <= maxLevels ? grid : null;
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

/** A length that roundings make uncertain. */
interface Length {
  readonly length: number;
  readonly error: number;
}

/** The largest step of which every distance from the first value is a multiple; null below `smallest`. */
function commonStep(ascending: readonly number[], smallest: number): number | null {
  const [first = 0, ...rest] = ascending;
  const error = rounding * Math.max(...ascending.map(Math.abs));
  const distances = rest.map((value) => value - first);
  let step: Length = { length: Math.min(...rest.map((value, index) => value - ascending[index]!)), error };
  while (step.length >= smallest * 0.99) {
    const smaller = contradiction(distances, step, error);
    if (smaller === null) return step.length;
    step = smaller;
  }
  return null;
}

/** A smaller step, if some distance is no multiple of this one. The step gets more exact as distances grow. */
function contradiction(distances: readonly number[], step: Length, error: number): Length | null {
  let exact = step;
  for (const distance of distances) {
    const whole = Math.max(1, Math.round(distance / exact.length));
    const rest = Math.abs(distance - whole * exact.length);
    const doubt = whole * exact.error + error;
    if (rest > doubt) return { length: rest, error: doubt };
    exact = { length: distance / whole, error: error / whole };
  }
  return null;
}

function anchoredGrid(ascending: readonly number[], roughStep: number): AffineGrid {
  const lowest = ascending[0]!;
  const highest = ascending.at(-1)!;
  const steps = Math.round((highest - lowest) / roughStep);
  const scale = (highest - lowest) / steps;
  const levels = steps + 1;
  if (!ascending.includes(0)) return { scale, zeroPoint: -lowest / scale, levels };
  return { scale, zeroPoint: Math.round(-lowest / scale) + 0, levels };
}
