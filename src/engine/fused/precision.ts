import type { Precision } from '../../schedule/schedule.ts';
import { float } from './shader.ts';

/**
 * What four channels of a map, or of its gradient, are kept as between dispatches. Halves are half as much to read and write.
 * Sums, weights, gradients of parameters, optimizer, ranges, statistics and losses stay f32, as mixed precision training wants
 * it (Micikevicius et al. 2018, arXiv:1710.03740).
 */
export const mapTypes = { f32: 'vec4f', f16: 'vec4h' } as const;

/**
 * Small gradients would be zero as halves, whose smallest number is 6e-8. So the loss is scaled, section 3.2 there, and the
 * gradients of parameters are scaled back in f32. What is scaled is the sum of the losses of a batch, not their mean: the
 * gradients of a sample are then the same size in batches of any size, also in the last one, which may have a single
 * sample. They have nine powers of two left to grow, and three more than ten to shrink, until halves lose them.
 */
export const scaleOfHalves = 128;

/** WGSL of what the gradient of a sample's loss counts: its share of the mean, or its part of the scaled sum. */
export function lossShare(precision: Precision): string {
  return precision === 'f32' ? 'step.share' : float(scaleOfHalves);
}

/** WGSL of the gradient of the mean loss from a gradient of a parameter that came back; null: it is that. */
export function meanGradient(precision: Precision): string | null {
  return precision === 'f32' ? null : `(step.share * ${float(1 / scaleOfHalves)})`;
}
