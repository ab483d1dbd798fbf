import type { TrainingSamples } from './feature-map-samples.ts';
import type { Optimizer } from './optimizer.ts';
import type { NetworkAccess } from './policy.ts';
import type { PrunerEvidence } from './pruner-evidence.ts';
import type { TrainedNetwork } from './train-step.ts';

/** What a network in training consists of. */
interface NetworkInTraining {
  readonly model: TrainedNetwork;
  readonly optimizer: Optimizer;
  readonly evidence: PrunerEvidence;
  /** What feature maps are sampled on. */
  readonly samples?: TrainingSamples;
  /** Called when the shapes of parameters have changed. */
  readonly onThinned?: () => void;
}

/** A network on the device as policies see it. */
export function accessNetwork({ model, optimizer, evidence, samples, onThinned }: NetworkInTraining): NetworkAccess {
  return {
    get network() {
      return model.network;
    },
    readStatistics: () => model.statistics.read(),
    readActivations: (layer) => evidence.readActivations(layer),
    readGradient: (parameter) => evidence.readGradient(parameter),
    async sampleFeatureMaps(layers, sampling, random) {
      if (!samples) return new Map();
      const { sampleFeatureMaps } = await import('./feature-map-samples.ts');
      return await sampleFeatureMaps({ model, samples, layers, sampling, random });
    },
    async thin(removals) {
      const { thinNetwork } = await import('./thin-network.ts');
      const result = await thinNetwork(model, optimizer, removals);
      if (!result.ok || result.recipes.length === 0) return result;
      evidence.forget();
      onThinned?.();
      return result;
    },
  };
}
