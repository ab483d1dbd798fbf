import type { NetworkAccess } from './policy.ts';
import type { PrunerEvidence } from './pruner-evidence.ts';
import type { TrainedNetwork } from './train-step.ts';

/** A network on the device as policies see it. */
export function accessNetwork(model: TrainedNetwork, evidence: PrunerEvidence): NetworkAccess {
  return {
    get network() {
      return model.network;
    },
    readStatistics: () => model.statistics.read(),
    readActivations: (layer) => evidence.readActivations(layer),
    readGradient: (parameter) => evidence.readGradient(parameter),
  };
}
