/** How far one parameter may be pruned, in whole pieces: single weights, filters or channels. */
export interface LayerLevel {
  readonly parameter: string;
  /** Weights in all. */
  readonly size: number;
  /** Pieces that it has: as many as weights, or whole filters or channels. */
  readonly pieces: number;
  /** How many of them go. */
  readonly pruned: number;
}

/** Share of the weights of all parameters that go, 0 to 1; 0 of none. */
export function sparsityOfLevels(levels: readonly LayerLevel[]): number {
  const size = levels.reduce((sum, level) => sum + level.size, 0);
  const gone = levels.reduce((sum, level) => sum + (level.size * level.pruned) / level.pieces, 0);
  return size === 0 ? 0 : gone / size;
}

/** The levels of a whole model: kernels that have none lose nothing. */
export function levelsOfAll(
  levels: readonly LayerLevel[],
  kernels: readonly { readonly name: string; readonly size: number }[],
): readonly LayerLevel[] {
  const rest = kernels.filter(({ name }) => levels.every(({ parameter }) => parameter !== name));
  return [...levels, ...rest.map(({ name, size }) => ({ parameter: name, size, pieces: size, pruned: 0 }))];
}

/**
 * The shortest decimal of which a pruner makes exactly so many pieces, since it prunes ⌊share · pieces⌋ of them: 3 of 8 is
 * 0.4, 44 of 100 is 0.44.
 *
 * @throws RangeError unless 0 ≤ pruned ≤ pieces.
 */
export function shortestShare(pruned: number, pieces: number): number {
  if (!(pruned >= 0 && pruned <= pieces)) throw new RangeError(`Cannot prune ${pruned} of ${pieces}`);
  if (pruned === pieces) return 1;
  for (let digits = 0; digits <= 12; digits++) {
    const unit = 10 ** digits;
    const share = Number((Math.ceil((pruned / pieces) * unit - 1e-9) / unit).toFixed(digits));
    if (Math.trunc(share * pieces) === pruned && share < 1) return share;
  }
  return pruned / pieces;
}
