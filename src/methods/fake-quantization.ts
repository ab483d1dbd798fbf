import { isSymmetric, stepCount, type LinearMode } from '../core/linear-quantization.ts';
import type { FakeQuantized } from './quantizer.ts';
import type { TensorMath } from './tensor-math.ts';

/**
 * Linear fake quantization as differentiable operations: the device's counterpart of `core/linear-quantization.ts`, in the
 * same convention (`q = round(scale · x − zeroPoint)`) and in the same order of float32 operations. Training never clamps
 * to the integers (reference 8.8).
 */

/** Below this extent a quotient of float32 numbers would overflow: such data counts as one point. */
const SMALLEST_EXTENT = 1e-28;

export interface DeviceParameters<T> {
  readonly scale: T;
  readonly zeroPoint: T;
}

export interface DeviceRange<T> {
  readonly min: T;
  readonly max: T;
}

/** Scale and zero point of a mode for a range, without gradient. Symmetric modes take the larger magnitude of the ends. */
export function deviceParameters<T>(
  math: TensorMath<T>,
  mode: LinearMode,
  bits: number,
  range: DeviceRange<T>,
): DeviceParameters<T> {
  const steps = stepCount(mode, bits);
  if (isSymmetric(mode)) {
    const scale = scaleOf(math, steps, saturationOf(math, range));
    return { scale, zeroPoint: math.mul(scale, 0) };
  }
  const low = math.minimum(range.min, 0);
  const scale = scaleOf(math, steps, math.sub(math.maximum(range.max, 0), low));
  const rounded = math.round(math.mul(scale, low));
  return { scale, zeroPoint: mode === 'ASYMMETRIC_SIGNED' ? math.add(rounded, 2 ** (bits - 1)) : rounded };
}

/** The larger magnitude of the ends of a range. */
export function saturationOf<T>(math: TensorMath<T>, { min, max }: DeviceRange<T>): T {
  return math.maximum(math.abs(min), math.abs(max));
}

function scaleOf<T>(math: TensorMath<T>, steps: number, extent: T): T {
  const hasExtent = math.greater(extent, SMALLEST_EXTENT);
  const one = math.add(math.mul(extent, 0), 1);
  return math.where(hasExtent, stepsPerUnit(math, steps, math.where(hasExtent, extent, one)), one);
}

/**
 * Steps over an extent, which is positive, as PyTorch divides a number by a tensor, reciprocal · number: see `finiteScale`.
 * Without the magnitude, which changes nothing, compilers of shaders make one division of the two operations.
 */
export function stepsPerUnit<T>(math: TensorMath<T>, steps: number, extent: T): T {
  return math.mul(math.abs(math.div(math.scalar(1), extent)), steps);
}

/** (round(scale · x − zeroPoint) + zeroPoint) / scale, with the gradient of x (straight-through estimator). */
export function fakeQuantize<T>(math: TensorMath<T>, input: T, { scale, zeroPoint }: DeviceParameters<T>): T {
  const quantized = math.round(math.sub(math.mul(input, scale), zeroPoint));
  return math.straightThrough(input, math.div(math.add(quantized, zeroPoint), scale));
}

/**
 * `round(scale · x) / scale` with a scale that is a plain number or a tensor of one value: the quantizer of DoReFa, WRPN
 * and PACT.
 */
export function roundToSteps<T>(math: TensorMath<T>, input: T, scale: T | number): T {
  return math.straightThrough(input, math.div(math.round(math.mul(input, scale)), scale));
}

/**
 * Fake quantization of a kernel or bias with the range it has now.
 *
 * @param perChannel One range per output channel (the last axis), for kernels of rank 2 and 4.
 */
export function fakeQuantizeParameter<T>(
  math: TensorMath<T>,
  values: T,
  rule: { readonly mode: LinearMode; readonly bits: number; readonly perChannel: boolean },
): FakeQuantized<T> {
  const constant = math.stopGradient(values);
  const rank = math.shape(values).length;
  const axes = rule.perChannel && (rank === 2 || rank === 4) ? [...Array(rank - 1).keys()] : undefined;
  const range = {
    min: math.min(constant, axes, axes !== undefined),
    max: math.max(constant, axes, axes !== undefined),
  };
  const parameters = deviceParameters(math, rule.mode, rule.bits, range);
  return { values: fakeQuantize(math, values, parameters), ...parameters };
}
