import type { Grouping } from './structures.ts';

export type Norm = 'L1' | 'L2' | 'Max';

/**
 * Norm of every group of a tensor, in float32: Σ|w|, √Σw² or max|w|, divided by `divisor` (1 by default).
 */
export function groupNorms(values: Float32Array, grouping: Grouping, norm: Norm, divisor = 1): Float32Array {
  const sums = new Float64Array(grouping.groupCount);
  for (let index = 0; index < values.length; index++) {
    const group = grouping.groupOf[index]!;
    const magnitude = Math.abs(values[index]!);
    if (norm === 'Max') sums[group] = Math.max(sums[group]!, magnitude);
    else sums[group] = sums[group]! + (norm === 'L1' ? magnitude : magnitude * magnitude);
  }
  return Float32Array.from(sums, (sum) => (norm === 'L2' ? Math.sqrt(sum) : sum) / divisor);
}

/** How a group's size is judged against a threshold. `Mean_Abs` and `Mean_L1` are one. */
export type ThresholdCriterion = 'Max' | 'L1' | 'L2' | 'Mean_Abs' | 'Mean_L1' | 'Mean_L2';

const norms: Readonly<Record<ThresholdCriterion, Norm>> = {
  Max: 'Max',
  L1: 'L1',
  L2: 'L2',
  Mean_Abs: 'L1',
  Mean_L1: 'L1',
  Mean_L2: 'L2',
};

/**
 * The norm that a criterion takes, and whether it is divided by the length.
 *
 * @throws RangeError for a word that is no criterion.
 */
export function criterionNorm(criterion: ThresholdCriterion): { readonly norm: Norm; readonly normalized: boolean } {
  if (!Object.hasOwn(norms, criterion)) throw new RangeError(`There is no criterion ${criterion}`);
  return { norm: norms[criterion], normalized: criterion.startsWith('Mean_') };
}

/**
 * What Distiller divides the norm of a structure by when it normalises for length: the number of elements in the
 * structure; but for the rows and columns of a dense kernel the number of those rows or columns, which is the length of
 * the other ones. A threshold in a schedule was tuned against that number, so it is kept.
 *
 * @param rank Rank of the tensor that the groups belong to.
 */
export function lengthDivisor(grouping: Grouping, rank: number): number {
  return rank === 2 ? grouping.groupCount : grouping.groupSize;
}

/** One number per group: 1 where its norm by the criterion is strictly greater than the threshold. */
export function groupThresholdMap(
  values: Float32Array,
  grouping: Grouping,
  criterion: ThresholdCriterion,
  threshold: { readonly value: number; readonly rank: number },
): Float32Array {
  const { norm, normalized } = criterionNorm(criterion);
  const limit = Math.fround(threshold.value);
  const sizes = groupNorms(values, grouping, norm, normalized ? lengthDivisor(grouping, threshold.rank) : 1);
  return sizes.map((size) => (size > limit ? 1 : 0));
}
