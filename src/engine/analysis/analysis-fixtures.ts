import { randomBatch } from '../../core/network-fixtures.ts';
import type { Network } from '../../core/network.ts';
import type { NetworkValues } from '../../core/network-reference.ts';
import type { AnalysisSource } from './trained-model.ts';

/** What tests of analyses share: a network with random samples and labels. */
export function sourceOf(network: Network, values: NetworkValues, count = 10): AnalysisSource {
  const { values: inputs } = randomBatch(network, count, 7);
  const labels = Uint8Array.from({ length: count }, (_, sample) => sample % 3);
  return {
    model: { network, values, replaced: null },
    samples: { inputs, labels, count },
    normalization: { mean: 0, std: 1 },
    batchSize: 4,
  };
}
