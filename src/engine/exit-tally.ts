import { type ExitLogits, exitsByRule, isAmongLargest, sampleLosses } from '../core/early-exit.ts';
import type { Network } from '../core/network.ts';
import type { EarlyExitExtension } from '../methods/extension.ts';
import type { ExitMetrics } from '../protocol/training-event.ts';

/** Sums over samples. */
export interface ExitSums {
  readonly lossSum: number;
  readonly rightCount: number;
}

/** Lets samples leave at exits and counts them. */
export class ExitTally {
  private readonly extension: EarlyExitExtension;
  private readonly taken: number[];
  private readonly right: number[];

  constructor(extension: EarlyExitExtension) {
    this.extension = extension;
    this.taken = extension.lossWeights.map(() => 0);
    this.right = extension.lossWeights.map(() => 0);
  }

  /**
   * @param exits What each exit says about a batch, the last one last.
   * @param labels Of the samples that count, which come first.
   */
  add(exits: readonly ExitLogits[], labels: ArrayLike<number>): ExitSums {
    const chosen = exitsByRule(exits, labels.length, this.extension.leaves);
    const losses = exits.map((exit) => sampleLosses(exit, labels));
    const isRight = exits.map((exit) => isAmongLargest(exit, labels, 1));
    const sums = { lossSum: 0, rightCount: 0 };
    chosen.forEach((exit, sample) => {
      const hit = isRight[exit]![sample] ? 1 : 0;
      this.taken[exit]!++;
      this.right[exit]! += hit;
      sums.rightCount += hit;
      sums.lossSum += losses[exit]![sample]!;
    });
    return sums;
  }

  shares(network: Network): readonly ExitMetrics[] {
    const all = this.taken.reduce((sum, count) => sum + count, 0);
    const names = [...(network.exits ?? []).map(({ name }) => name), 'last'];
    return this.taken.map((count, exit) => ({
      name: names[exit]!,
      share: count / all,
      top1: count === 0 ? null : this.right[exit]! / count,
    }));
  }
}
