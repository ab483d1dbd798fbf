import type { EpochMetrics } from '../protocol/training-event.ts';

export interface RankedEpoch {
  /** From 0. */
  readonly epoch: number;
  /** On the validation set, a fraction. */
  readonly top1: number;
  /** Share of zeros over all kernels. */
  readonly sparsity: number;
  /** Kernel weights that are not zero. */
  readonly nonZero: number;
}

/**
 * The epochs as Distiller ranks them (reference 12.2): those with the fewest kernel weights first, of equal ones the more
 * accurate, of those the latest. While a network is being pruned every sparser epoch so counts as better, however
 * accurate it is; without pruning the most accurate one is the best.
 */
export function rankEpochs(epochs: readonly EpochMetrics[]): readonly RankedEpoch[] {
  const ranked = epochs.map(({ epoch, validation, sparsity, parameters }) => {
    // Only kernels have structures: biases and batch normalizations do not count.
    const kernels = Object.values(parameters).filter(({ structures }) => Object.keys(structures).length > 0);
    const nonZero = kernels.reduce((sum, kernel) => sum + kernel.nonZero, 0);
    return { epoch, top1: validation.top1, sparsity, nonZero };
  });
  return ranked.toSorted((a, b) => a.nonZero - b.nonZero || b.top1 - a.top1 || b.epoch - a.epoch);
}
