import type { Optimizer } from './optimizer.ts';
import type { NetworkAccess } from './policy.ts';
import type { PrunerEvidence } from './pruner-evidence.ts';
import { thinNetwork } from './thin-network.ts';
import type { TrainedNetwork } from './train-step.ts';

/** What a network in training consists of. */
interface NetworkInTraining {
  readonly model: TrainedNetwork;
  readonly optimizer: Optimizer;
  readonly evidence: PrunerEvidence;
  /** Called when the shapes of parameters have changed. */
  readonly onThinned?: () => void;
}

/** A network on the device as policies see it. */
export function accessNetwork({ model, optimizer, evidence, onThinned }: NetworkInTraining): NetworkAccess {
  return {
    get network() {
      return model.network;
    },
    readStatistics: () => model.statistics.read(),
    readActivations: (layer) => evidence.readActivations(layer),
    readGradient: (parameter) => evidence.readGradient(parameter),
    async thin(removals) {
      const result = await thinNetwork(model, optimizer, removals);
      if (!result.ok || result.recipes.length === 0) return result;
      evidence.forget();
      onThinned?.();
      return result;
    },
  };
}
