/** A kernel that takes part in a budget. */
export interface BudgetedKernel {
  readonly name: string;
  /** HWIO or [in, out]. */
  readonly shape: readonly number[];
  readonly size: number;
}

export const budgetRules = ['uniform', 'erk'] as const;
export type BudgetRule = (typeof budgetRules)[number];

/** What a budget leaves of a kernel. */
export interface KernelShare {
  readonly name: string;
  readonly size: number;
  /** Weights that stay, a whole number. */
  readonly kept: number;
  /** kept / size, in [0, 1]. */
  readonly density: number;
}

/**
 * Shares out a total sparsity among kernels. `uniform`: the same density everywhere. `erk` (Erdős-Rényi kernel, Evci et al.
 * 2020, RigL, arXiv:1911.11134, section 3): density in proportion to
 * (height + width + in + out) / (height · width · in · out), so that layers with many weights give most; for dense layers
 * (in + out) / (in · out). Kernels whose density would pass 1 stay dense, and the others share what is left; the paper
 * repeats that until none passes. Here the factor is found directly: the total grows with it without a jump.
 *
 * @param sparsity Of all kernels together, in [0, 1].
 * @param fewest So many weights every kernel keeps, or all that it has; the others give them.
 * @returns In the order given. Together they keep round((1 − sparsity) · total), at least the fewest of each.
 * @throws RangeError for a sparsity outside [0, 1].
 */
export function shareSparsity(
  kernels: readonly BudgetedKernel[],
  sparsity: number,
  rule: BudgetRule,
  fewest = 0,
): readonly KernelShare[] {
  if (!(sparsity >= 0 && sparsity <= 1)) throw new RangeError(`A sparsity lies in [0, 1], got ${sparsity}`);
  const floors = kernels.map(({ size }) => Math.min(size, fewest));
  const total = sum(kernels.map(({ size }) => size));
  const wanted = Math.max(Math.round((1 - sparsity) * total), sum(floors));
  const scores = kernels.map((kernel) => (rule === 'erk' ? kernelScore(kernel.shape) : 1));
  const keptAt = (factor: number): number[] =>
    kernels.map(({ size }, index) => Math.max(floors[index]!, Math.min(1, factor * scores[index]!) * size));
  const kept = wholeCounts(keptAt(findFactor(keptAt, scores, wanted)), kernels, wanted);
  return kernels.map(({ name, size }, index) => ({
    ...{ name, size, kept: kept[index]! },
    density: size === 0 ? 0 : kept[index]! / size,
  }));
}

const kernelScore = (shape: readonly number[]): number =>
  sum(shape) /
  Math.max(
    1,
    shape.reduce((product, length) => product * length, 1),
  );

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** The factor at which so many weights stay, by halving: what stays grows with it. */
function findFactor(keptAt: (factor: number) => number[], scores: readonly number[], wanted: number): number {
  let low = 0;
  let high = Math.max(0, ...scores.filter((score) => score > 0).map((score) => 1 / score));
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2;
    if (sum(keptAt(middle)) < wanted) low = middle;
    else high = middle;
  }
  return high;
}

/** Whole numbers with the wanted sum: rounded down, and what is missing goes to the largest remainders. */
function wholeCounts(exact: readonly number[], kernels: readonly BudgetedKernel[], wanted: number): readonly number[] {
  const counts = exact.map((value) => Math.floor(value + 1e-9));
  let missing = wanted - sum(counts);
  const order = exact
    .map((value, index) => ({ index, rest: value - counts[index]! }))
    .sort((a, b) => b.rest - a.rest || a.index - b.index);
  for (const { index } of order) {
    if (missing <= 0 || counts[index]! >= kernels[index]!.size) continue;
    counts[index]! += 1;
    missing -= 1;
  }
  return counts;
}
