export interface LearningRateRequest {
  /** The epoch about to start (PyTorch's `last_epoch` after the step). */
  readonly epoch: number;
  /** Initial rate of each optimizer group. */
  readonly base: readonly number[];
  /** Rate of each group now. */
  readonly current: readonly number[];
  /** Of the epoch that just ended; absent in a promise. Top-1 is a fraction. */
  readonly validation?: { readonly loss: number; readonly top1: number };
}

export interface LearningRateStep {
  readonly learningRates: readonly number[];
  /** Schedulers that also cycle momentum. */
  readonly momentum?: number;
}

export interface LearningRateScheduler {
  /** Rates that stand before the first epoch, where the class changes them at construction. */
  readonly initial?: (base: readonly number[]) => LearningRateStep;
  readonly step: (request: LearningRateRequest) => LearningRateStep;
  /** False if the rate depends on measured metrics, so that it cannot be promised. */
  readonly predictable: boolean;
}
