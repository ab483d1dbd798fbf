import type { ThinningResult } from '../core/thinning/apply-thinning.ts';
import type { RemovedChannels } from '../core/thinning/thinning-recipe.ts';
import type { ThinningExtension } from '../methods/extension.ts';
import type { Policy } from '../schedule/schedule.ts';
import type { ActivePolicy } from './policy.ts';

/** Thins the network before the first step of each active epoch, after what policies above it in the file did there. */
export function createThinningPolicy(policy: Policy, { removals }: ThinningExtension): ActivePolicy {
  return {
    policy,
    actsOnWeights: ({ step }) => step === 0,

    async onMinibatchBegin({ step }, { network, note }) {
      if (step !== 0) return;
      const result = await network.thin(removals);
      if (result.ok && result.recipes.length > 0) note('thins', removalMessage(result));
      else note('not-thinned', result.ok ? nothingMessage(result) : result.refusal.message);
    },
  };
}

type Thinned = Extract<ThinningResult, { ok: true }>;

function removalMessage({ recipes }: Thinned): string {
  return recipes.flatMap(({ removed }) => removed.map(describeRemoved)).join(', ');
}

/** "conv1 and conv2 lose 4 of 16 filters" */
function describeRemoved({ producers, indices, of }: RemovedChannels): string {
  const [verb, noun] = [producers.length === 1 ? 'loses' : 'lose', of === 1 ? 'filter' : 'filters'];
  return `${producers.join(' and ')} ${verb} ${String(indices.length)} of ${String(of)} ${noun}`;
}

function nothingMessage({ kept }: Thinned): string {
  if (kept.length === 0) return 'Nothing is entirely zero, so nothing was removed';
  const layers = kept.map(({ layer, reason }) => `${layer}: ${reason}`);
  return `Nothing was removed. ${layers.join(' ')}`;
}
