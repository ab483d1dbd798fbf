/** Early exits (Teerapittayanon et al. 2016, arXiv:1709.01686; reference 9.2). Logits are [samples, classes], row-major. */

/** What one output of a network says about a batch, or about all samples. */
export interface ExitLogits {
  readonly logits: ArrayLike<number>;
  readonly classCount: number;
}

/** Softmax of the row of a sample. */
export function probabilitiesOf({ logits, classCount }: ExitLogits, sample: number): Float64Array {
  const row = rowOf(logits, classCount, sample);
  const largest = Math.max(...row);
  const exponentials = row.map((logit) => Math.exp(logit - largest));
  const total = exponentials.reduce((sum, value) => sum + value, 0);
  return exponentials.map((value) => value / total);
}

/** Cross-entropy of each sample with its label. */
export function sampleLosses({ logits, classCount }: ExitLogits, labels: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: labels.length }, (_, sample) => {
    const row = rowOf(logits, classCount, sample);
    const largest = Math.max(...row);
    const total = row.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
    return Math.log(total) + largest - row[labels[sample]!]!;
  });
}

/** Whether the label of each sample is among its `k` largest logits; of equal ones the first classes count as larger. */
export function isAmongLargest(
  { logits, classCount }: ExitLogits,
  labels: ArrayLike<number>,
  k: number,
): readonly boolean[] {
  return Array.from({ length: labels.length }, (_, sample) => {
    const row = rowOf(logits, classCount, sample);
    const label = labels[sample]!;
    const own = row[label]!;
    return row.filter((logit, index) => logit > own || (logit === own && index < label)).length < k;
  });
}

/**
 * The share of the loss that each exit has: the early ones as written, the last one the rest.
 *
 * @throws RangeError unless the early exits leave a rest.
 */
export function exitLossWeights(early: readonly number[]): readonly number[] {
  const total = early.reduce((sum, weight) => sum + weight, 0);
  if (!(total < 1)) throw new RangeError(`The early exits together have less than 1 of the loss, got ${total}`);
  return [...early, 1 - total];
}

/** Σ weights[i] · cross-entropy of exit i, the mean over the batch. One weight for each exit, the last one included. */
export function earlyExitLoss(
  exits: readonly ExitLogits[],
  labels: ArrayLike<number>,
  weights: readonly number[],
): number {
  const losses = exits.map((exit) => mean(sampleLosses(exit, labels)));
  return losses.reduce((sum, loss, exit) => sum + weights[exit]! * loss, 0);
}

/**
 * The exit that each sample takes by a rule that looks at nothing but the answers: the first that it leaves at, else the last.
 *
 * @param leaves Whether a sample with these probabilities leaves at that early exit.
 */
export function exitsByRule(
  exits: readonly ExitLogits[],
  sampleCount: number,
  leaves: (exit: number, probabilities: ArrayLike<number>) => boolean,
): readonly number[] {
  return takeFirst(exits.length, sampleCount, (exit, sample) => leaves(exit, probabilitiesOf(exits[exit]!, sample)));
}

/**
 * The exit that each sample takes by Distiller's statistic: the first whose cross-entropy with the true label is below the
 * threshold. It tells what would be possible; nobody knows the label of a new image, so it is no rule of inference.
 */
export function exitsByLoss(losses: readonly ArrayLike<number>[], thresholds: readonly number[]): readonly number[] {
  return takeFirst(losses.length, losses[0]?.length ?? 0, (exit, sample) => losses[exit]![sample]! < thresholds[exit]!);
}

function takeFirst(
  exitCount: number,
  sampleCount: number,
  leaves: (exit: number, sample: number) => boolean,
): readonly number[] {
  const last = exitCount - 1;
  return Array.from({ length: sampleCount }, (_, sample) => {
    for (let exit = 0; exit < last; exit++) if (leaves(exit, sample)) return exit;
    return last;
  });
}

/** Samples that left at an exit, and the share of them that it was right about; null if there are none. */
export interface ExitShare {
  readonly taken: number;
  readonly right: number | null;
}

/** @param isRight Whether each exit is right about each sample: [exit][sample]. */
export function shareByExit(taken: readonly number[], isRight: readonly (readonly boolean[])[]): readonly ExitShare[] {
  return isRight.map((right, exit) => {
    const samples = taken.flatMap((chosen, sample) => (chosen === exit ? [sample] : []));
    const hits = samples.filter((sample) => right[sample]).length;
    return { taken: samples.length, right: samples.length === 0 ? null : hits / samples.length };
  });
}

function rowOf(logits: ArrayLike<number>, classCount: number, sample: number): Float64Array {
  return Float64Array.from({ length: classCount }, (_, index) => logits[sample * classCount + index]!);
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
