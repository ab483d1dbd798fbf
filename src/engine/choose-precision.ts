import type { PrecisionProblem } from '../protocol/training-event.ts';
import type { Precision } from '../schedule/schedule.ts';

/** The optional feature of WebGPU that kernels over halves need. */
export const featureOfHalves = 'shader-f16';

export interface ChosenPrecision {
  readonly precision: Precision;
  /** Why it is another than the one that was asked for. */
  readonly problem: PrecisionProblem | null;
}

/**
 * What recorded steps keep values in.
 *
 * @param device Null on other backends than WebGPU.
 */
export function choosePrecision(asked: Precision, device: Pick<GPUDevice, 'features'> | null): ChosenPrecision {
  if (asked === 'f32') return { precision: 'f32', problem: null };
  if (device === null) return { precision: 'f32', problem: 'no-webgpu' };
  if (!device.features.has(featureOfHalves)) return { precision: 'f32', problem: 'no-halves' };
  return { precision: 'f16', problem: null };
}
