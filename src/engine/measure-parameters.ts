import type { ParameterSpec } from '../core/network.ts';
import { measureSparsity } from '../core/sparsity-measures.ts';
import { weightHistogram, weightPicture } from '../core/weight-picture.ts';
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

/**
 * Histogram and picture of a kernel.
 *
 * @param mask 1 keeps, 0 prunes; null if there is none.
 */
export function snapshotParameter(spec: ParameterSpec, values: Float32Array, mask: Float32Array | null): LayerSnapshot {
  const { name: parameter, shape } = spec;
  return { parameter, histogram: weightHistogram(values, mask), picture: weightPicture(shape, values, mask) };
}
