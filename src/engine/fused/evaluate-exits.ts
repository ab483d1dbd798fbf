import type { Network } from '../../core/network.ts';
import type { EarlyExitExtension } from '../../methods/extension.ts';
import type { Evaluation } from '../evaluation.ts';
import { ExitTally } from '../exit-tally.ts';
import type { RecordedEvaluation } from './recorded-evaluation.ts';

export interface ExitEvaluation {
  readonly evaluation: RecordedEvaluation;
  readonly network: Network;
  readonly exits: EarlyExitExtension;
  readonly labels: Uint8Array;
  /** The first so many samples. */
  readonly count: number;
  /** Awaited between batches, for messages and progress. */
  readonly onBatches: () => Promise<void>;
}

/** Measures a network whose samples leave by the first exit that they may, as `evaluate` does. */
export async function evaluateExits(task: ExitEvaluation): Promise<Evaluation> {
  const { evaluation, network, exits, labels, count, onBatches } = task;
  const tally = new ExitTally(exits);
  let [lossSum, rightCount] = [0, 0];
  for (let first = 0; first < count; first += evaluation.batch) {
    const end = Math.min(count, first + evaluation.batch);
    const sums = tally.add(await evaluation.answers(first, end), labels.subarray(first, end));
    lossSum += sums.lossSum;
    rightCount += sums.rightCount;
    await onBatches();
  }
  return { loss: lossSum / count, top1: rightCount / count, exits: tally.shares(network) };
}
