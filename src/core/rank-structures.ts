import { kthSmallest } from './statistics.ts';

export type CountRounding = (value: number) => number;

/**
 * How many of `count` structures to prune when `fraction` of them should go and only multiples of `groupLength` may:
 * k = R(fraction · count), k ← trunc(R(k / g) · g). The last group is kept unless the fraction is exactly 1.
 *
 * @param rounding R; `Math.floor` in every schedule.
 */
export function structuresToPrune(
  count: number,
  fraction: number,
  groupLength = 1,
  rounding: CountRounding = Math.floor,
): number {
  const wanted = Math.trunc(rounding(rounding(fraction * count) / groupLength) * groupLength);
  return wanted === count && fraction !== 1 ? count - groupLength : wanted;
}

/**
 * One number per structure: 0 for the `prune` smallest magnitudes and for all that tie with the largest of them, else 1.
 */
export function keepLargest(magnitudes: Float32Array, prune: number): Float32Array {
  const threshold = kthSmallest(magnitudes, prune);
  return magnitudes.map((magnitude) => (magnitude > threshold ? 1 : 0));
}

/** One number per structure: 0 for exactly `prune` structures, those with the smallest scores; ties go by index. */
export function dropLowest(scores: ArrayLike<number>, prune: number): Float32Array {
  const order = Array.from(scores, (_, index) => index).sort((a, b) => scores[a]! - scores[b]! || a - b);
  const keep = new Float32Array(scores.length).fill(1);
  for (const index of order.slice(0, prune)) keep[index] = 0;
  return keep;
}
