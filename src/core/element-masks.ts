import { kthSmallest } from './statistics.ts';

/**
 * Keeps the elements whose magnitude is strictly greater than the threshold (1 keeps, 0 prunes). The comparison is one of
 * float32 numbers, so a weight that equals the threshold goes.
 */
export function thresholdMask(values: Float32Array, threshold: number): Float32Array {
  const limit = Math.fround(threshold);
  return values.map((value) => (Math.abs(value) > limit ? 1 : 0));
}

/** How many elements a level prunes: ⌊level · size⌋. */
export function levelCount(size: number, level: number): number {
  return Math.trunc(level * size);
}

/**
 * Prunes the ⌊level · n⌋ smallest magnitudes (Han et al. 2015, arXiv:1506.02626): the threshold is the magnitude of the
 * last one that goes, and all elements that tie with it go too, so that equal values may cost more than asked for.
 *
 * @param level Share to prune, in [0, 1].
 * @returns null if the level removes no element.
 * @throws RangeError if the level lies outside [0, 1].
 */
export function levelMask(values: Float32Array, level: number): Float32Array | null {
  if (!(level >= 0 && level <= 1)) throw new RangeError(`A level lies in [0, 1], got ${level}`);
  const count = levelCount(values.length, level);
  if (count === 0) return null;
  return thresholdMask(values, kthSmallest(values.map(Math.abs), count));
}

/** Two thresholds with a gap between them, in which a mask keeps its former value. */
export interface SplicingThresholds {
  readonly low: number;
  readonly high: number;
}

/**
 * Dynamic network surgery (Guo et al. 2016, arXiv:1608.04493): magnitudes below `low` are pruned, those at or above
 * `high` come back, the rest stays as it was. Where the two overlap, coming back wins.
 *
 * @param previous The standing mask; null means all ones.
 */
export function splicingMask(
  values: Float32Array,
  previous: Float32Array | null,
  thresholds: SplicingThresholds,
): Float32Array {
  const low = Math.fround(thresholds.low);
  const high = Math.fround(thresholds.high);
  return values.map((value, index) => {
    const magnitude = Math.abs(value);
    if (magnitude >= high) return 1;
    return magnitude < low ? 0 : (previous?.[index] ?? 1);
  });
}

/** Share of zeros, 0 to 1; 0 for no values. */
export function shareOfZeros(values: ArrayLike<number>): number {
  let zeros = 0;
  for (let index = 0; index < values.length; index++) if (values[index] === 0) zeros++;
  return values.length === 0 ? 0 : zeros / values.length;
}
