/** How the values of a kernel are spread. */
export interface WeightHistogram {
  readonly range: number;
  /** Counts over equal bins of [-range, range]; zeros by a mask are counted in `pruned`, not in the bins. */
  readonly counts: readonly number[];
  readonly pruned: number;
}

/** A kernel as cells, small enough to be drawn and kept. */
export interface WeightPicture {
  readonly rows: number;
  readonly columns: number;
  /** Row by row: value / p99.5 of |w| in -127..127, or -128 for a pruned weight. At most 16 384 cells. */
  readonly cells: Int8Array;
}

const histogramBins = 40;
const maximumCells = 16_384;
const prunedCell = -128;

/** @param mask 1 keeps, 0 prunes; null if there is none. */
export function weightHistogram(values: Float32Array, mask: Float32Array | null): WeightHistogram {
  const counts = new Array<number>(histogramBins).fill(0);
  let range = 0;
  let pruned = 0;
  for (const value of values) range = Math.max(range, Math.abs(value));
  values.forEach((value, index) => {
    if (mask?.[index] === 0) {
      pruned++;
      return;
    }
    const bin = range === 0 ? histogramBins / 2 : Math.floor(((value + range) / (2 * range)) * histogramBins);
    counts[Math.min(histogramBins - 1, bin)]!++;
  });
  return { range, counts, pruned };
}

/**
 * A kernel as a matrix of inputs by outputs (a convolution's kernel window and input channels run down, filters across),
 * thinned to at most 16 384 cells.
 *
 * @param mask 1 keeps, 0 prunes; null if there is none.
 */
export function weightPicture(
  shape: readonly number[],
  values: Float32Array,
  mask: Float32Array | null,
): WeightPicture {
  const columnCount = shape.at(-1)!;
  const rowCount = values.length / columnCount;
  const stride = Math.max(1, Math.ceil(Math.sqrt(values.length / maximumCells)));
  const rows = Math.ceil(rowCount / stride);
  const columns = Math.ceil(columnCount / stride);
  const brightest = magnitudeQuantile(values, 0.995) || 1;
  const cells = new Int8Array(rows * columns);
  for (let cell = 0; cell < cells.length; cell++) {
    const index = Math.floor(cell / columns) * stride * columnCount + (cell % columns) * stride;
    const level = Math.round((values[index]! / brightest) * 127);
    cells[cell] = mask?.[index] === 0 ? prunedCell : Math.max(-127, Math.min(127, level));
  }
  return { rows, columns, cells };
}

/** The magnitude below which this share of the values lies. */
export function magnitudeQuantile(values: Float32Array, share: number): number {
  const magnitudes = values.map(Math.abs).sort();
  return magnitudes[Math.floor(share * (magnitudes.length - 1))] ?? 0;
}
