import { clippedRange, measureRange, type ClipRule, type RealRange } from '../clip-ranges.ts';
import {
  approximateScale,
  clampTo,
  dequantize,
  linearParameters,
  modeRange,
  quantize,
  type IntegerRange,
  type LinearParameters,
} from '../linear-quantization.ts';
import { extremes, mean } from '../statistics.ts';
import type { TensorStatistics } from './calibration.ts';

/** How the values of a tensor are integers: scale and zero point, and the integers there are. */
export interface QuantizedFormat {
  readonly parameters: LinearParameters;
  readonly integers: IntegerRange;
}

/** A clip rule, and the bits of a fixed-point scale (null: the scale stays as it is). */
export interface FormatRule extends ClipRule {
  readonly approximationBits: number | null;
}

/** The scale as a multiplier of so many bits and a shift; the scale itself for null. */
export function approximated(scale: number, multiplierBits: number | null): number {
  return multiplierBits === null ? scale : approximateScale(scale, { multiplierBits }).value;
}

/** The format of a range. The zero point belongs to the exact scale also if that is approximated afterwards. */
export function formatOfRange(range: RealRange, rule: FormatRule): QuantizedFormat {
  const { scale, zeroPoint } = linearParameters(rule.mode, rule.bits, range);
  return {
    parameters: { scale: approximated(scale, rule.approximationBits), zeroPoint },
    integers: modeRange(rule.mode, rule.bits),
  };
}

/** The format that recorded statistics give under a rule. */
export function formatOfStatistics(statistics: TensorStatistics, rule: FormatRule): QuantizedFormat {
  return formatOfRange(clippedRange(statistics, rule), rule);
}

/**
 * The format of a tensor at hand, whose first dimension counts samples. `GAUSS` and `LAPLACE` start from its smallest value,
 * where recorded statistics have the average of the smallest values (reference 8.3).
 */
export function formatOfTensor(values: Float32Array, samples: number, rule: FormatRule): QuantizedFormat {
  const measured = measureRange(values, samples);
  const usesMinimum = rule.clip === 'GAUSS' || rule.clip === 'LAPLACE';
  return formatOfStatistics(usesMinimum ? { ...measured, avg_min: measured.min } : measured, rule);
}

/** Integers of a tensor, clamped. */
export function toIntegers(values: Float32Array, { parameters, integers }: QuantizedFormat): Float32Array {
  return values.map((value) => clampTo(quantize(value, parameters), integers));
}

/** Real values of integers. */
export function toReals(quantized: Float32Array, { parameters }: QuantizedFormat): Float32Array {
  return quantized.map((value) => dequantize(value, parameters));
}

/** A kernel as integers, with one format for all of it or one per output (the last axis). */
export interface QuantizedKernel {
  readonly integers: Float32Array;
  /** One per output, or one entry for all. */
  readonly formats: readonly QuantizedFormat[];
}

/** How a kernel is quantized. */
export interface KernelRule extends ClipRule {
  readonly perChannel: boolean;
}

/**
 * A kernel as clamped integers. Per channel means per output: HWIO and [in, out] have it last. As in Distiller a clip mode
 * other than `NONE` gives one value for the tensor even then; `AVG` averages the extremes of the outputs.
 *
 * @throws RangeError for `N_STD` per channel.
 */
export function quantizeKernel(kernel: Float32Array, outputs: number, rule: KernelRule): QuantizedKernel {
  const formats = kernelRanges(kernel, outputs, rule).map((range) =>
    formatOfRange(range, { ...rule, approximationBits: null }),
  );
  const formatOf = (index: number): QuantizedFormat => formats[index % formats.length]!;
  const integers = kernel.map((weight, index) => {
    const format = formatOf(index);
    return clampTo(quantize(weight, format.parameters), format.integers);
  });
  return { integers, formats };
}

/** Real values of a quantized kernel. */
export function dequantizeKernel({ integers, formats }: QuantizedKernel): Float32Array {
  return integers.map((value, index) => dequantize(value, formats[index % formats.length]!.parameters));
}

function kernelRanges(kernel: Float32Array, outputs: number, rule: KernelRule): readonly RealRange[] {
  if (rule.perChannel && rule.clip === 'N_STD') {
    throw new RangeError('The clip mode N_STD cannot be used for weights per channel');
  }
  const perOutput = Array.from({ length: outputs }, (_, output) =>
    extremes(kernel.filter((_weight, index) => index % outputs === output)),
  );
  if (rule.perChannel && rule.clip === 'NONE') return perOutput;
  const measured = measureRange(kernel, 1);
  const averages = {
    avg_min: mean(perOutput.map(({ min }) => min)),
    avg_max: mean(perOutput.map(({ max }) => max)),
  };
  const startsAtMinimum = (rule.clip === 'GAUSS' || rule.clip === 'LAPLACE') && !rule.perChannel;
  return [clippedRange({ ...measured, ...averages, ...(startsAtMinimum && { avg_min: measured.min }) }, rule)];
}

/** The symmetric format of a bias that is quantized on its own. */
export function biasFormat(bias: Float32Array, bits: number): QuantizedFormat {
  return formatOfRange(extremes(bias), { mode: 'SYMMETRIC', bits, clip: 'NONE', approximationBits: null });
}

/** Signed integers of an accumulator. */
export function accumulatorRange(bits: number): IntegerRange {
  return modeRange('SYMMETRIC', bits);
}
