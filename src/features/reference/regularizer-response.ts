import { type Network, networkParameters } from '../../core/network.ts';
import { arrayMath, type ArrayTensor, arrayTensor } from '../../methods/array-math.ts';
import type { RegularizerDefinition } from '../../methods/define-method.ts';
import type { CurveLine } from './curve-types.ts';

const inputs = Array.from({ length: 81 }, (_, index) => (index - 40) / 40);

/** The penalty of a small tensor with one weight that is not zero; null where it is not least at zero. */
export function penalties(method: RegularizerDefinition, network: Network): readonly CurveLine[] | null {
  const regularizer = method.create(method.args.parse(method.example));
  const spec = networkParameters(network).find((parameter) => regularizer.touches(parameter));
  if (spec === undefined) return null;
  const shape = spec.shape.map((_, axis) => (axis < spec.shape.length - 2 ? 1 : 2));
  const small = { ...spec, shape, size: 4 };
  const penaltyOf = (weight: number): number =>
    regularizer.penalty<ArrayTensor>(arrayMath, arrayTensor(shape, [weight, 0, 0, 0]), small).data[0] ?? NaN;
  const points = inputs.map((x) => ({ x, y: penaltyOf(x) }));
  const atZero = penaltyOf(0);
  return points.every(({ y }) => y >= atZero) ? [{ points }] : null;
}
