import type { ParameterSpec } from '../core/network.ts';
import type { TensorMath } from './tensor-math.ts';

export interface Regularizer {
  readonly touches: (parameter: ParameterSpec) => boolean;
  /** The penalty of one parameter, a scalar added to the loss. */
  readonly penalty: <T>(math: TensorMath<T>, weights: T, parameter: ParameterSpec) => T;
  /** Mask (1 keeps) from the current weights after a step, null when no threshold criterion is set. */
  readonly thresholdMask: <T>(math: TensorMath<T>, weights: T, parameter: ParameterSpec) => T | null;
}
