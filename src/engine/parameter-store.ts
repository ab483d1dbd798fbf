import type { ParameterSpec } from '../core/network.ts';
import type { Regularizer } from '../methods/regularizer.ts';

/**
 * What policies may do to the parameters of a network, wherever they live. The scheduler and its policies see nothing
 * else, so that their order can be tested without a device.
 */
export interface ParameterStore {
  readonly specs: readonly ParameterSpec[];
  /** Copies of the current values, all read in one go. Absent names are not in the answer. */
  readValues(names: readonly string[]): Promise<ReadonlyMap<string, Float32Array>>;
  /** Copies of the standing masks; a parameter without one is not in the answer. */
  readMasks(names: readonly string[]): Promise<ReadonlyMap<string, Float32Array>>;
  /** Replaces the weights; masks stay. The length is that of the parameter. */
  setValues(name: string, values: Float32Array): void;
  hasMask(name: string): boolean;
  /** Replaces the standing mask (1 keeps, 0 prunes), or removes it. The weights stay as they are. */
  setMask(name: string, mask: Float32Array | null): void;
  /** weights ← weights · mask; nothing without a mask. */
  multiplyByMask(name: string): void;
  /** Puts a copy of the weights aside, unless one is there already: the first copy is the unmasked one. */
  stash(name: string): void;
  /** Takes the copy back, if there is one. */
  restore(name: string): void;
  /**
   * Zeroes what the regularizer's threshold says. The mask is forgotten, or stands from now on if `keep`.
   *
   * @returns False if the regularizer has no threshold for this parameter.
   */
  applyThreshold(name: string, regularizer: Regularizer, keep: boolean): boolean;
}
