import type { ExitMetrics } from '../protocol/training-event.ts';

/** Smaller evaluation batches only cost dispatches; other sizes than the training batch cost shader compilations. */
export const smallestEvaluationBatch = 64;

export interface Evaluation {
  /** Mean cross-entropy. */
  readonly loss: number;
  /** Share of samples that were classified rightly. */
  readonly top1: number;
  /** With early exits: who left where. */
  readonly exits?: readonly ExitMetrics[];
}
