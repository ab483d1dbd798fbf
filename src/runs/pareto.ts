/** Something that costs and achieves. */
export interface Tradeoff {
  readonly cost: number;
  readonly gain: number;
}

/**
 * Whether each entry is on the Pareto front: no other costs at most as much, gains at least as much, and is better in one of
 * the two. Equal entries are on it together; entries that are not finite are not.
 */
export function onFront(entries: readonly Tradeoff[]): readonly boolean[] {
  const known = entries.filter(isKnown);
  return entries.map((entry) => isKnown(entry) && !known.some((other) => dominates(other, entry)));
}

function isKnown({ cost, gain }: Tradeoff): boolean {
  return Number.isFinite(cost) && Number.isFinite(gain);
}

function dominates(other: Tradeoff, entry: Tradeoff): boolean {
  const isNoWorse = other.cost <= entry.cost && other.gain >= entry.gain;
  return isNoWorse && (other.cost < entry.cost || other.gain > entry.gain);
}
