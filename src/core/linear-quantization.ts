import { roundHalfEven } from './rounding.ts';

/**
 * Linear quantization in Distiller's convention, which its files and figures speak and which this project keeps wherever a
 * `scale` is a number of a quantizer: the scale counts integer steps per unit, so it multiplies, and the zero point is
 * subtracted. `q = round(scale · x − zeroPoint)`, `x ≈ (q + zeroPoint) / scale`. Other libraries write
 * real = s · (q − z); their s is 1 / scale and their z is −zeroPoint.
 */
export interface LinearParameters {
  readonly scale: number;
  readonly zeroPoint: number;
}

export const linearModes = ['SYMMETRIC', 'SYMMETRIC_RESTRICTED', 'ASYMMETRIC_UNSIGNED', 'ASYMMETRIC_SIGNED'] as const;
export type LinearMode = (typeof linearModes)[number];

export const isSymmetric = (mode: LinearMode): boolean => mode.startsWith('SYMMETRIC');

/** Smallest and largest integer, both included. */
export interface IntegerRange {
  readonly min: number;
  readonly max: number;
}

/** Integers of a bit-width: [0, 2^b − 1], or signed two's complement; `restricted` leaves out the lowest one. */
export function integerRange(bits: number, signed: boolean, restricted = false): IntegerRange {
  if (!signed) return { min: 0, max: 2 ** bits - 1 };
  const half = 2 ** (bits - 1);
  return { min: restricted ? -half + 1 : -half, max: half - 1 };
}

/** Integers of a mode. */
export function modeRange(mode: LinearMode, bits: number): IntegerRange {
  return integerRange(bits, mode !== 'ASYMMETRIC_UNSIGNED', mode === 'SYMMETRIC_RESTRICTED');
}

/**
 * Numerator of the scale: the integer steps that the range of the data is divided into. For the full symmetric mode it is
 * a half-integer, so the largest magnitude lands between two integers (reference 8.3).
 */
export function stepCount(mode: LinearMode, bits: number): number {
  if (mode === 'SYMMETRIC') return (2 ** bits - 1) / 2;
  if (mode === 'SYMMETRIC_RESTRICTED') return 2 ** (bits - 1) - 1;
  return 2 ** bits - 1;
}

/**
 * Scale of a symmetric mode, in float32; zero point 0. A saturation of 0 gives scale 1.
 *
 * @param saturation Largest magnitude to represent.
 * @throws RangeError if it is negative.
 */
export function symmetricParameters(bits: number, saturation: number, restricted: boolean): LinearParameters {
  if (saturation < 0) throw new RangeError(`A saturation is 0 or more, got ${saturation}`);
  const steps = stepCount(restricted ? 'SYMMETRIC_RESTRICTED' : 'SYMMETRIC', bits);
  return { scale: finiteScale(steps, saturation), zeroPoint: 0 };
}

/**
 * Steps per unit; 1 for data without extent, also if that extent is too small for a float32 quotient. PyTorch divides a
 * number by a tensor as reciprocal · number, rounded twice. The last bit decides where a range that is symmetric about zero
 * has its zero point: there the largest magnitude lies between two integers.
 */
export function finiteScale(steps: number, width: number): number {
  const scale = overTensor(steps, Math.fround(width));
  return Number.isFinite(scale) ? scale : 1;
}

/** A number divided by a float32 number as PyTorch does it. */
function overTensor(numerator: number, divisor: number): number {
  return Math.fround(Math.fround(1 / divisor) * Math.fround(numerator));
}

/**
 * Scale and zero point of an asymmetric mode, in float32 (Krishnamoorthi 2018, arXiv:1806.08342, section 2.1). The range
 * is widened to contain 0, so that 0 is represented exactly; a range of one point gives scale 1.
 *
 * @param options `signed` shifts the integers by 2^(b−1); without `integral` the zero point is not rounded.
 * @throws RangeError if min > max.
 */
export function asymmetricParameters(
  bits: number,
  range: { readonly min: number; readonly max: number },
  options: { readonly signed: boolean; readonly integral?: boolean },
): LinearParameters {
  if (range.min > range.max) throw new RangeError(`The range [${range.min}, ${range.max}] is empty`);
  const low = Math.fround(Math.min(range.min, 0));
  const scale = finiteScale(2 ** bits - 1, Math.max(Math.fround(range.max), 0) - low);
  const exact = Math.fround(scale * low);
  const offset = options.signed ? 2 ** (bits - 1) : 0;
  return { scale, zeroPoint: Math.fround(((options.integral ?? true) ? roundHalfEven(exact) : exact) + offset) };
}

/** Parameters of a mode for data in a range; a symmetric mode takes the larger magnitude of its ends. */
export function linearParameters(
  mode: LinearMode,
  bits: number,
  range: { readonly min: number; readonly max: number },
): LinearParameters {
  if (isSymmetric(mode)) {
    const saturation = Math.max(Math.abs(range.min), Math.abs(range.max));
    return symmetricParameters(bits, saturation, mode === 'SYMMETRIC_RESTRICTED');
  }
  return asymmetricParameters(bits, range, { signed: mode === 'ASYMMETRIC_SIGNED' });
}

/** round(scale · x − zeroPoint), rounded half to even, each operation in float32; not clamped to any integers. */
export function quantize(value: number, { scale, zeroPoint }: LinearParameters): number {
  return roundHalfEven(Math.fround(Math.fround(scale * value) - zeroPoint));
}

/** (q + zeroPoint) / scale, in float32. */
export function dequantize(quantized: number, { scale, zeroPoint }: LinearParameters): number {
  return Math.fround(Math.fround(quantized + zeroPoint) / scale);
}

/** A value limited to a range of integers. */
export function clampTo(value: number, { min, max }: IntegerRange): number {
  return Math.min(Math.max(value, min), max);
}

/**
 * Real values of the ends of a quantized range, as Distiller draws them: 0 and 2^b − 1 for asymmetric modes, signed or
 * not, and the full signed range for symmetric ones, restricted or not.
 */
export function impliedRange(mode: LinearMode, bits: number, parameters: LinearParameters): IntegerRange {
  const { min, max } = integerRange(bits, isSymmetric(mode));
  return { min: dequantize(min, parameters), max: dequantize(max, parameters) };
}

/** A scale as an integer multiplier and a right shift: scale ≈ multiplier / 2^shift. */
export interface FixedPointScale {
  readonly multiplier: number;
  readonly shift: number;
  readonly value: number;
}

/**
 * Approximates a scale by a multiplication and a shift, as hardware does: shift = ⌊log₂((2^m − 1) / s)⌋,
 * multiplier = ⌊s · 2^shift⌋.
 *
 * @param options `multiplierBits` m; `limitShift` caps the shift at m.
 */
export function approximateScale(
  scale: number,
  options: { readonly multiplierBits: number; readonly limitShift?: boolean },
): FixedPointScale {
  const largest = 2 ** options.multiplierBits - 1;
  const free = Math.floor(Math.fround(Math.log2(overTensor(largest, scale))));
  const shift = options.limitShift ? Math.min(free, options.multiplierBits) : free;
  const multiplier = Math.floor(Math.fround(scale * 2 ** shift));
  return { multiplier, shift, value: Math.fround(multiplier / 2 ** shift) };
}
