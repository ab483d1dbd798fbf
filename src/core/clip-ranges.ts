import { isSymmetric, type LinearMode } from './linear-quantization.ts';
import { extremes, mean, meanAbsoluteDeviation, sampleDeviation } from './statistics.ts';

export const clipModes = ['NONE', 'AVG', 'N_STD', 'GAUSS', 'LAPLACE'] as const;
export type ClipMode = (typeof clipModes)[number];

/** How the range of data is chosen before it is quantized. */
export interface ClipRule {
  readonly mode: LinearMode;
  readonly bits: number;
  readonly clip: ClipMode;
  /** Deviations around the mean, for `N_STD`. */
  readonly deviations?: number;
  /** The data is one-sided (after a ReLU): only read by the asymmetric `GAUSS` and `LAPLACE`. */
  readonly halfRange?: boolean;
}

export interface RealRange {
  readonly min: number;
  readonly max: number;
}

/** Recorded statistics of a tensor: `b` is the mean distance from the mean, `avg_…` are averages over samples. */
export interface RangeStatistics {
  readonly min: number;
  readonly max: number;
  readonly avg_min: number;
  readonly avg_max: number;
  readonly mean: number;
  readonly std: number;
  readonly b: number;
}

/**
 * Clip width in units of the deviation (Gauss) or of b (Laplace) that minimises the mean squared error of quantization, by
 * bits from 0 (Banner et al. 2018, arXiv:1810.05723; figures as Distiller has them).
 */
const optimalWidths: Readonly<Record<'GAUSS' | 'LAPLACE', { full: readonly number[]; half: readonly number[] }>> = {
  GAUSS: {
    full: [NaN, 1.24, 1.71, 2.15, 2.55, 2.93, 3.28, 3.61, 3.92],
    half: [NaN, 1.71, 2.15, 2.55, 2.93, 3.28, 3.61, 3.92, 4.2],
  },
  LAPLACE: {
    full: [1.05, 1.86, 2.83, 3.89, 5.03, 6.2, 7.41, 8.64, 9.89],
    half: [1.86, 2.83, 3.89, 5.02, 6.2, 7.41, 8.64, 9.89, 11.16],
  },
};

/**
 * The range that recorded statistics give under a clip rule (reference 8.3), computed in float32 as Distiller does.
 *
 * @throws RangeError for `N_STD` without deviations above 0, and for `GAUSS` and `LAPLACE` with more than 8 bits.
 */
export function clippedRange(statistics: RangeStatistics, rule: ClipRule): RealRange {
  switch (rule.clip) {
    case 'NONE':
      return { min: statistics.min, max: statistics.max };
    case 'AVG':
      return { min: statistics.avg_min, max: statistics.avg_max };
    case 'N_STD':
      return deviationRange(statistics, rule.deviations);
    case 'GAUSS':
    case 'LAPLACE':
      return distributionRange(statistics, rule, rule.clip);
    default:
      return rule.clip satisfies never;
  }
}

function deviationRange({ min, max, mean: center, std }: RangeStatistics, deviations: number | undefined): RealRange {
  if (deviations === undefined || !(deviations > 0)) {
    throw new RangeError(`The clip mode N_STD needs a number of deviations above 0, got ${String(deviations)}`);
  }
  const reach = product(deviations, std);
  const middle = Math.fround(center);
  return { min: Math.max(min, Math.fround(middle - reach)), max: Math.min(max, Math.fround(middle + reach)) };
}

function distributionRange(statistics: RangeStatistics, rule: ClipRule, clip: 'GAUSS' | 'LAPLACE'): RealRange {
  const half = !isSymmetric(rule.mode) && rule.halfRange === true;
  const width = optimalWidths[clip][half ? 'half' : 'full'][rule.bits];
  if (width === undefined || Number.isNaN(width)) {
    throw new RangeError(`The clip mode ${clip} knows 1 to 8 bits, got ${rule.bits}`);
  }
  const alpha = product(width, clip === 'GAUSS' ? statistics.std : statistics.b);
  const center = Math.fround(statistics.mean);
  if (isSymmetric(rule.mode)) {
    const saturation = Math.fround(Math.abs(center) + alpha);
    return { min: -saturation, max: saturation };
  }
  const min = Math.max(Math.fround(statistics.avg_min), Math.fround(center - alpha));
  return { min, max: Math.fround(min + (half ? alpha : 2 * alpha)) };
}

/** Product of float32 numbers, in float32. */
const product = (a: number, b: number): number => Math.fround(Math.fround(a) * Math.fround(b));

/** Smallest and largest value of every slice along the first of a tensor's dimensions, e.g. of every sample. */
export function sliceExtremes(values: Float32Array, sliceCount: number): readonly RealRange[] {
  const length = values.length / sliceCount;
  return Array.from({ length: sliceCount }, (_, slice) =>
    extremes(values.subarray(slice * length, (slice + 1) * length)),
  );
}

/**
 * Statistics of a live tensor. The deviation is a sample deviation, `avg_min` and `avg_max` are averages over the slices
 * of the first dimension.
 */
export function measureRange(values: Float32Array, sliceCount: number): RangeStatistics {
  const slices = sliceExtremes(values, sliceCount);
  return {
    ...extremes(values),
    avg_min: Math.fround(mean(slices.map(({ min }) => min))),
    avg_max: Math.fround(mean(slices.map(({ max }) => max))),
    mean: Math.fround(mean(values)),
    std: Math.fround(sampleDeviation(values)),
    b: Math.fround(meanAbsoluteDeviation(values)),
  };
}

/**
 * Ranges of a live tensor under a clip rule: one, or one per slice of the first dimension with `perChannel`.
 *
 * As Distiller does it: only `NONE` has ranges per channel. `AVG`, `GAUSS` and `LAPLACE` give one for the tensor all the
 * same; Gauss and Laplace are bounded by the plain minimum, per channel by the mean of the channels' minima.
 *
 * @param shape Its first dimension counts samples, or channels.
 * @throws RangeError for `N_STD` per channel, channels of a tensor of a rank other than 2 or 4, and what `clippedRange`
 * refuses.
 */
export function tensorRanges(
  values: Float32Array,
  shape: readonly number[],
  rule: ClipRule & { readonly perChannel: boolean },
): readonly RealRange[] {
  const sliceCount = shape[0] ?? 1;
  if (rule.perChannel) requireChannels(shape, rule.clip);
  if (rule.perChannel && rule.clip === 'NONE') return sliceExtremes(values, sliceCount);
  const measured = measureRange(values, sliceCount);
  const isFitted = rule.clip === 'GAUSS' || rule.clip === 'LAPLACE';
  const bound = isFitted && !rule.perChannel ? measured.min : measured.avg_min;
  return [clippedRange({ ...measured, avg_min: bound }, rule)];
}

function requireChannels(shape: readonly number[], clip: ClipMode): void {
  if (shape.length !== 2 && shape.length !== 4) {
    throw new RangeError(`Ranges per channel exist in tensors of rank 2 or 4, got the shape [${shape.join(', ')}]`);
  }
  if (clip === 'N_STD') throw new RangeError('The clip mode N_STD has no ranges per channel');
}
