import { accuracyFloor } from './accuracy-budget.ts';

/** Accuracy of a model in which one module alone has so many bits. */
export interface BitPoint {
  readonly bits: number;
  /** A fraction. */
  readonly top1: number;
}

/** The scan of one module. */
export interface BitCurve {
  readonly module: string;
  readonly target: 'weights' | 'activations';
  /** Weights that it has; 0 for activations. */
  readonly size: number;
  /** Scales that its weights need at any width; 0 for activations. */
  readonly scales: number;
  /** Falling bits. */
  readonly points: readonly BitPoint[];
}

export interface ModuleBitLevel extends Omit<BitCurve, 'points'> {
  /** null: stays in float, because even the most bits cost more than the budget. */
  readonly bits: number | null;
}

/**
 * The fewest bits of each module alone with which accuracy falls by no more than so many percentage points. Widths are
 * followed from the most bits down, and end where the budget is exceeded first: fewer bits that happen to do better again
 * do not count.
 */
export function bitsWithin(
  float: number,
  curves: readonly BitCurve[],
  pointsAllowed: number,
): readonly ModuleBitLevel[] {
  const floor = accuracyFloor(float, pointsAllowed);
  return curves.map(({ points, ...curve }) => {
    const end = points.findIndex(({ top1 }) => !(top1 >= floor));
    const last = end < 0 ? points.at(-1) : points[end - 1];
    return { ...curve, bits: last?.bits ?? null };
  });
}

export interface BitCost {
  /** Bits of a weight on average, 32 where a layer stays in float; 0 without weights. */
  readonly meanBits: number;
  /** Packed values with a scale and a zero point of 4 bytes each; biases are left out. */
  readonly bytes: number;
  /** The same weights as float32. */
  readonly floatBytes: number;
}

/** What the weights of the levels cost. */
export function costOfBits(levels: readonly ModuleBitLevel[]): BitCost {
  const weights = levels.filter(({ target }) => target === 'weights');
  const size = weights.reduce((sum, level) => sum + level.size, 0);
  const bits = weights.reduce((sum, level) => sum + level.size * (level.bits ?? 32), 0);
  const bytes = weights.reduce(
    (sum, level) =>
      sum + Math.ceil((level.size * (level.bits ?? 32)) / 8) + (level.bits === null ? 0 : 8 * level.scales),
    0,
  );
  return { meanBits: size === 0 ? 0 : bits / size, bytes, floatBytes: 4 * size };
}
