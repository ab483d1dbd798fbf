import type { Run } from '../run.ts';
import { type Predictable, predictable } from './shared-experiment.ts';

/** What the reader expects of a run, as fractions. */
export type Predicted = Partial<Readonly<Record<Predictable, number>>>;

export interface PredictionGap {
  readonly what: Predictable;
  readonly predicted: number;
  readonly measured: number;
}

/** Predictions beside the results, as fractions; empty until the run has been measured on the whole test set. */
export function predictionGaps(prediction: Predicted, { result }: Run): readonly PredictionGap[] {
  if (result === null) return [];
  const measured: Readonly<Record<Predictable, number>> = { accuracy: result.top1, sparsity: result.sparsity };
  return predictable.flatMap((what) => {
    const predicted = prediction[what];
    return predicted === undefined ? [] : [{ what, predicted, measured: measured[what] }];
  });
}
