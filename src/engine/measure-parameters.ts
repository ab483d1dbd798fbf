import type { ParameterSpec } from '../core/network.ts';
import { measureSparsity } from '../core/sparsity-measures.ts';
import type { LayerSnapshot, ParameterMetrics } from '../protocol/training-event.ts';

/** Counts and shares of one parameter. `values` in project layout. */
export function measureParameter(spec: ParameterSpec, values: Float32Array, bits: number): ParameterMetrics {
  const { element, ...structures } = measureSparsity(values, spec.shape);
  const nonZero = values.reduce((count, value) => (value === 0 ? count : count + 1), 0);
  return { size: spec.size, nonZero, sparsity: element, structures, bits };
}

/** Share of zeros over the kernels among these parameters; null if there is none. */
export function kernelSparsity(
  specs: readonly ParameterSpec[],
  metrics: Readonly<Record<string, ParameterMetrics>>,
): number | null {
  const kernels = specs.filter(({ role }) => role === 'kernel').map(({ name }) => metrics[name]!);
  const size = kernels.reduce((sum, kernel) => sum + kernel.size, 0);
  const nonZero = kernels.reduce((sum, kernel) => sum + kernel.nonZero, 0);
  return size === 0 ? null : 1 - nonZero / size;
}

const histogramBins = 40;
const maximumCells = 16_384;
const prunedCell = -128;

/**
 * Histogram and picture of a kernel. The picture shows the kernel as a matrix of inputs by outputs (a convolution's kernel
 * window and input channels run down, filters across), thinned to at most 16 384 cells.
 *
 * @param mask 1 keeps, 0 prunes; null if there is none.
 */
export function snapshotParameter(spec: ParameterSpec, values: Float32Array, mask: Float32Array | null): LayerSnapshot {
  const isPruned = (index: number): boolean => mask !== null && mask[index] === 0;
  return { parameter: spec.name, histogram: histogram(values, isPruned), picture: picture(spec, values, isPruned) };
}

function histogram(values: Float32Array, isPruned: (index: number) => boolean): LayerSnapshot['histogram'] {
  const counts = new Array<number>(histogramBins).fill(0);
  let range = 0;
  let pruned = 0;
  for (const value of values) range = Math.max(range, Math.abs(value));
  values.forEach((value, index) => {
    if (isPruned(index)) {
      pruned++;
      return;
    }
    const bin = range === 0 ? histogramBins / 2 : Math.floor(((value + range) / (2 * range)) * histogramBins);
    counts[Math.min(histogramBins - 1, bin)]!++;
  });
  return { range, counts, pruned };
}

function picture(
  { shape, size }: ParameterSpec,
  values: Float32Array,
  isPruned: (index: number) => boolean,
): LayerSnapshot['picture'] {
  const columnCount = shape.at(-1)!;
  const rowCount = size / columnCount;
  const stride = Math.max(1, Math.ceil(Math.sqrt(size / maximumCells)));
  const rows = Math.ceil(rowCount / stride);
  const columns = Math.ceil(columnCount / stride);
  const brightest = quantile(values, 0.995) || 1;
  const cells = new Int8Array(rows * columns);
  for (let cell = 0; cell < cells.length; cell++) {
    const index = Math.floor(cell / columns) * stride * columnCount + (cell % columns) * stride;
    const level = Math.round((values[index]! / brightest) * 127);
    cells[cell] = isPruned(index) ? prunedCell : Math.max(-127, Math.min(127, level));
  }
  return { rows, columns, cells };
}

/** Of the magnitudes. */
function quantile(values: Float32Array, share: number): number {
  const magnitudes = values.map(Math.abs).sort();
  return magnitudes[Math.floor(share * (magnitudes.length - 1))] ?? 0;
}
