import * as tf from '@tensorflow/tfjs-core';
import { ActivationTallies } from '../../engine/activation-tallies.ts';
import { relu } from '../../engine/operations.ts';
import { createInstance } from '../../methods/create-instance.ts';
import type { PruneRequest } from '../../methods/pruner.ts';
import type { Adapters } from './adapter.ts';
import { upload } from './device.ts';
import { askForMasks } from './elementwise.ts';
import { parameterOf, toProject, transpose } from './layout.ts';
import type { VectorCase, VectorTensor } from './vector-file.ts';

/** Filters ranked by activations and gradients, of the area `masks_structured`. */

/** The mask of one parameter `w` that a pruner is asked for with more than weights. */
function askWith(name: string, changes: object, { args, inputs }: VectorCase, evidence: Partial<PruneRequest>) {
  const pruner = createInstance('pruner', name, {
    ...args.pick('desired_sparsity'),
    ...changes,
    group_type: 'Filters',
    weights: ['w'],
  });
  return askForMasks(pruner, [parameterOf('w', inputs.tensor('w'))], evidence)['w'];
}

const activationPruners = {
  apoz: ['ActivationAPoZRankedFilterPruner', {}],
  // What was recorded is what Distiller does: the strongest go.
  mean: ['ActivationMeanRankedFilterPruner', { remove: 'strongest' }],
} as const;

export const rankedFilters: Adapters = {
  rank_by_activation: async (vectorCase) => {
    const { args, inputs } = vectorCase;
    const criterion = args.get<keyof typeof activationPruners>('criterion');
    const tallies = new ActivationTallies();
    for (const { shape, data } of inputs.get<readonly VectorTensor[]>('pre_activations')) {
      const batch = transpose(shape, data, [0, 2, 3, 1]);
      tf.tidy(() => tallies.add('w', relu(upload(batch.shape, batch.values))));
    }
    const activations = await tallies.read('w');
    tallies.clear();
    const [name, changes] = activationPruners[criterion];
    return {
      channel_statistic: Array.from(activations?.[criterion] ?? []),
      mask: askWith(name, changes, vectorCase, { activations }),
    };
  },
  rank_by_gradient: (vectorCase) => {
    const grad = vectorCase.inputs.get<VectorTensor | null>('grad');
    const gradient = grad === null ? null : toProject(grad).values;
    return { mask: askWith('GradientRankedFilterPruner', {}, vectorCase, { gradient }) };
  },
};
