import { z } from 'zod';
import { fraction } from '../arguments.ts';
import { definePruner } from '../define-method.ts';
import {
  activationNotes,
  checkConvolution,
  checkMeasuredFirst,
  createScoredFilterPruner,
  filterArguments,
} from '../ranked-filters.ts';

export default definePruner({
  kind: 'pruner',
  name: 'ActivationMeanRankedFilterPruner',
  needs: ['activations'],
  summary: 'Prunes the filters whose activations are weakest on average.',
  notes: [
    ...activationNotes,
    'Distiller removes the filters with the strongest activations, against the paper. `remove: strongest` does the same.',
  ],
  formula: 'mean(f) = mean of the outputs of filter f; the lowest go',
  equation: {
    tex: [String.raw`\bar a_f = \frac{1}{B H W}\sum_{b,\,y,\,x} a_{b,y,x,f}, \qquad k = \lfloor p\,F \rfloor`],
    where:
      '$a$ are the activations behind the convolution over $B$ images of $H \\times W$ positions; of the $F$ filters those $k$ with the smallest mean go; $p$ is `desired_sparsity`.',
  },
  reference: {
    title: 'Molchanov et al. 2016, Pruning Convolutional Neural Networks for Resource Efficient Inference',
    url: 'https://arxiv.org/abs/1611.06440',
  },
  args: z.strictObject({
    ...filterArguments,
    desired_sparsity: fraction.describe('Share of the filters to prune.'),
    remove: z
      .enum(['weakest', 'strongest'])
      .default('weakest')
      .describe('Which filters go: those with the weakest activations, or, as in Distiller, with the strongest.'),
  }),
  example: { group_type: 'Filters', desired_sparsity: 0.25, weights: ['conv2.weight'] },
  names: { weights: 'parameter' },
  checkWindow: checkMeasuredFirst,
  checkParameter: checkConvolution,
  create: (args) =>
    createScoredFilterPruner(args, () => args.desired_sparsity, {
      scores: ({ activations }) => activations?.mean ?? null,
      prunes: args.remove === 'strongest' ? 'highest' : 'lowest',
    }),
});
