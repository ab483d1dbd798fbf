/** Arithmetic mean, summed in double precision. NaN for no values. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index]!;
  return sum / values.length;
}

/** Mean of the absolute values. */
export function meanMagnitude(values: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += Math.abs(values[index]!);
  return sum / values.length;
}

/** Sample deviation, divisor n - 1, as PyTorch's `std`. NaN for fewer than two values. */
export function sampleDeviation(values: ArrayLike<number>): number {
  return Math.sqrt(squaredDistance(values) / (values.length - 1));
}

/** Mean distance from the mean: the scale `b` of a Laplace distribution. */
export function meanAbsoluteDeviation(values: ArrayLike<number>): number {
  const center = mean(values);
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += Math.abs(values[index]! - center);
  return sum / values.length;
}

/** Smallest and largest value. [Infinity, -Infinity] for none. */
export function extremes(values: ArrayLike<number>): { readonly min: number; readonly max: number } {
  let min = Infinity;
  let max = -Infinity;
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, max };
}

/** The k-th smallest of the values, k from 1. Sorts a copy. */
export function kthSmallest(values: Float32Array, k: number): number {
  if (!Number.isInteger(k) || k < 1 || k > values.length) {
    throw new RangeError(`There is no ${k}-th smallest of ${values.length} values`);
  }
  return Float32Array.from(values).sort()[k - 1]!;
}

function squaredDistance(values: ArrayLike<number>): number {
  const center = mean(values);
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += (values[index]! - center) ** 2;
  return sum;
}
