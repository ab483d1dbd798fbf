import { roundHalfEven } from './rounding.ts';

const single = new Float32Array(1);
const singleBits = new Uint32Array(single.buffer);
const largestHalf = 0x7bff;

/**
 * Values in half the room, as IEEE 754 binary16: 11 significant bits, so at most 2^-11 of a value is lost. Rounds half to
 * even; what is too large becomes ±65504, so that nothing turns infinite.
 */
export function toHalfFloats(values: Float32Array): Uint16Array {
  return Uint16Array.from(values, halfBits);
}

/** Each value as half a float holds it. */
export function roundToHalf(values: Float32Array): Float32Array {
  return fromHalfFloats(toHalfFloats(values));
}

/** The values that `toHalfFloats` kept. */
export function fromHalfFloats(halves: Uint16Array): Float32Array {
  return Float32Array.from(halves, halfValue);
}

function halfBits(value: number): number {
  single[0] = value;
  const bits = singleBits[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x477ff000) return sign | largestHalf;
  // Below 2^-14 a half counts in steps of 2^-24.
  if (magnitude < 0x38800000) return sign | roundHalfEven(Math.abs(value) * 2 ** 24);
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded - 0x38000000) >>> 13);
}

function halfValue(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}
