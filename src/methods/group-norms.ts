import type { ParameterSpec } from '../core/network.ts';
import { criterionNorm, type ThresholdCriterion } from '../core/structure-norms.ts';
import { groupsOf, type GroupType } from './group-types.ts';
import { lengthDivisor } from '../core/structure-norms.ts';
import type { TensorMath } from './tensor-math.ts';

/** Norms of structures as differentiable operations: the device's counterpart of `core/structure-norms.ts`. */

/** Axes that a structure runs over, in HWIO or [in, out]. */
const axes: Readonly<Record<GroupType, readonly number[]>> = {
  '2D': [0, 1],
  '3D': [0, 1, 2],
  Filters: [0, 1, 2],
  Channels: [0, 1, 3],
  '4D': [0, 1, 2, 3],
  Rows: [0],
  Cols: [1],
};

/** Inside the root of a channel norm, so that its gradient stays finite at zero. */
const CHANNEL_EPSILON = 1e-8;

/**
 * L2 norm of every structure, with the summed axes kept as 1. Channel norms have 1e-8 under the root, as Distiller has
 * it; the gradient of another norm is 0 where it is zero.
 */
export function structureL2<T>(math: TensorMath<T>, weights: T, group: GroupType): T {
  const squares = math.sum(math.square(weights), axes[group], true);
  return math.sqrt(group === 'Channels' ? math.add(squares, CHANNEL_EPSILON) : squares);
}

/** Mask (1 keeps) of the weights whose structure is strictly larger than the threshold by the criterion. */
export function groupThresholdMaskOf<T>(
  math: TensorMath<T>,
  weights: T,
  parameter: ParameterSpec,
  rule: { readonly group: GroupType; readonly criterion: ThresholdCriterion; readonly threshold: number },
): T {
  const { norm, normalized } = criterionNorm(rule.criterion);
  const magnitudes = math.abs(weights);
  const over = axes[rule.group];
  const groups = groupsOf(parameter, rule.group);
  let sizes: T;
  if (norm === 'Max') sizes = math.max(magnitudes, over, true);
  else if (norm === 'L1') sizes = math.sum(magnitudes, over, true);
  else sizes = math.sqrt(math.sum(math.square(weights), over, true));
  const compared = normalized ? math.div(sizes, lengthDivisor(groups, parameter.shape.length)) : sizes;
  const everywhere = math.greaterEqual(magnitudes, 0);
  return math.mul(everywhere, math.greater(compared, rule.threshold));
}
