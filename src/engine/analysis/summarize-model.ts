import { summarizeCompute } from '../../core/compute-summary.ts';
import { networkParameters } from '../../core/network.ts';
import { valuesOf } from '../../core/network-reference.ts';
import { measureSparsity } from '../../core/sparsity-measures.ts';
import { mean, meanMagnitude, sampleDeviation } from '../../core/statistics.ts';
import type { AnalysisResult } from '../../protocol/analysis.ts';
import type { TrainedModel } from './trained-model.ts';

/** Sparsity of every structure of the kernels, and the work of their layers (reference 11.1, 11.2). */
export function summarizeModel({ network, values }: TrainedModel): Extract<AnalysisResult, { kind: 'summary' }> {
  const { layers, totalMacs } = summarizeCompute(network);
  const macs = new Map(layers.map((work) => [work.layer, work.macs]));
  const rows = networkParameters(network)
    .filter(({ role }) => role === 'kernel')
    .map(({ name, shape, size, layer }) => {
      const weights = valuesOf(values, name);
      const { element: _, ...structures } = measureSparsity(weights, shape);
      return {
        ...{ parameter: name, shape, size, structures },
        nonZero: weights.reduce((count, weight) => (weight === 0 ? count : count + 1), 0),
        mean: mean(weights),
        std: size > 1 ? sampleDeviation(weights) : 0,
        meanMagnitude: meanMagnitude(weights),
        macs: macs.get(layer) ?? 0,
      };
    });
  return { kind: 'summary', rows, totalMacs };
}
