import type { Network } from '../src/core/network.ts';
import { randomValues } from '../src/core/network-fixtures.ts';
import { createRandom } from '../src/core/random.ts';
import type { AnalysisSource } from '../src/engine/analysis/trained-model.ts';

/** A network of random values with so many samples of random bytes to answer to, of three classes; few of them make several batches. */
export function randomSource(network: Network, seed: number, count: number): AnalysisSource {
  const random = createRandom(seed);
  const size = network.inputShape.reduce((product, length) => product * length, 1);
  return {
    model: { network, values: randomValues(network, seed), replaced: null },
    samples: {
      inputs: Uint8Array.from({ length: count * size }, () => random.integer(256)),
      labels: Uint8Array.from({ length: count }, () => random.integer(3)),
      count,
    },
    normalization: { mean: 0.4, std: 0.3 },
    batchSize: count > 100 ? 128 : 4,
  };
}
