/** The epochs in which a schedule raises its target: [startingEpoch, endingEpoch) every `frequency` epochs. */
export interface RampWindow {
  readonly startingEpoch: number;
  readonly endingEpoch: number;
  readonly frequency: number;
}

/** The epochs of a window, ascending. */
export function windowEpochs({ startingEpoch, endingEpoch, frequency }: RampWindow): number[] {
  const epochs: number[] = [];
  for (let epoch = startingEpoch; epoch < endingEpoch; epoch += frequency) epochs.push(epoch);
  return epochs;
}

/**
 * Epochs from the first activation to the last one: the largest multiple of the frequency that fits. Zhu and Gupta take
 * end - start; Distiller's form lets the last activation reach the final sparsity exactly.
 */
export function gradualSpan({ startingEpoch, endingEpoch, frequency }: RampWindow): number {
  return Math.floor((endingEpoch - startingEpoch - 1) / frequency) * frequency;
}

/**
 * Target of automated gradual pruning (Zhu and Gupta 2017, arXiv:1710.01878): a cubic from the initial to the final
 * sparsity, steep at first.
 *
 * @returns final + (initial - final) · (1 - (epoch - start) / span)³, a fraction.
 * @throws RangeError if the window holds one activation only, or if the final sparsity is not above the initial one.
 */
export function gradualSparsity(initial: number, final: number, epoch: number, window: RampWindow): number {
  if (!(final > initial)) throw new RangeError(`The final sparsity ${final} must be above the initial one, ${initial}`);
  const span = gradualSpan(window);
  if (!(span > 0)) {
    throw new RangeError(
      `Gradual pruning needs two active epochs or more; [${window.startingEpoch}, ${window.endingEpoch}) every ${window.frequency} has one`,
    );
  }
  return final + (initial - final) * (1 - (epoch - window.startingEpoch) / span) ** 3;
}

/** Arguments of the threshold ramp of `rampThreshold`. */
export interface ThresholdRamp {
  /** Threshold aimed at, e.g. the 90th percentile of the magnitudes of a trained network. */
  readonly target: number;
  /** Epochs from the start to the steeper phase. */
  readonly rampEpochOffset: number;
  /** Steep slope as a multiple of the first one. */
  readonly rampSlopeMultiplier: number;
}

/** First slope of the threshold ramp, per activation. */
export function rampStartSlope({ target, rampEpochOffset }: ThresholdRamp, window: RampWindow): number {
  const rampEpoch = window.startingEpoch + rampEpochOffset;
  return (
    (2 * target * window.frequency) / (2 * (rampEpoch - window.startingEpoch) + 3 * (window.endingEpoch - rampEpoch))
  );
}

/**
 * Threshold of Narang et al. 2017 (arXiv:1704.05119, section 3.1) at an epoch: rising slowly, then faster. The paper
 * counts optimizer steps, Distiller epochs.
 *
 * @param startSlope From `rampStartSlope`; given apart because Distiller computes it once, at the first window.
 */
export function rampThreshold(ramp: ThresholdRamp, startSlope: number, epoch: number, window: RampWindow): number {
  const { startingEpoch, frequency } = window;
  const rampEpoch = startingEpoch + ramp.rampEpochOffset;
  if (epoch < rampEpoch) return (startSlope * (epoch - startingEpoch + 1)) / frequency;
  const steep = startSlope * ramp.rampSlopeMultiplier;
  return (startSlope * (rampEpoch - startingEpoch + 1) + steep * (epoch - rampEpoch + 1)) / frequency;
}
