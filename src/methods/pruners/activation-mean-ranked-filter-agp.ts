import { z } from 'zod';
import { gradualSparsity } from '../../core/gradual-sparsity.ts';
import { checkRampWindow, checkRisingSparsity, fraction, rampWindow } from '../arguments.ts';
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
  name: 'ActivationMeanRankedFilterPruner_AGP',
  needs: ['activations'],
  summary: 'Prunes the filters whose activations are weakest on average, their share rising along a cubic curve.',
  notes: [
    ...activationNotes,
    'Distiller removes the filters with the strongest activations, against the paper. `remove: strongest` does the same.',
  ],
  formula: 'mean(f) = mean of the outputs of filter f; the lowest go',
  equation: {
    tex: [
      String.raw`p_t = p_f + (p_i - p_f)\left(1 - \frac{t - t_0}{n\,\Delta t}\right)^3`,
      String.raw`\bar a_f = \frac{1}{B H W}\sum_{b,\,y,\,x} a_{b,y,x,f}, \qquad k = \lfloor p_t\,F \rfloor`,
    ],
    where:
      '$p_i$ is `initial_sparsity`, $p_f$ `final_sparsity`, $t_0$ the first active epoch, $\\Delta t$ the `frequency` and $n$ the number of activations after the first; $a$ are the activations behind the convolution over $B$ images of $H \\times W$ positions; of the $F$ filters those $k$ with the smallest mean go.',
  },
  reference: {
    title: 'Molchanov et al. 2016, Pruning Convolutional Neural Networks for Resource Efficient Inference',
    url: 'https://arxiv.org/abs/1611.06440',
  },
  args: z.strictObject({
    ...filterArguments,
    initial_sparsity: fraction.describe('Share of pruned filters at the first active epoch.'),
    final_sparsity: fraction.describe('Share of pruned filters reached at the last active epoch.'),
    remove: z
      .enum(['weakest', 'strongest'])
      .default('weakest')
      .describe('Which filters go: those with the weakest activations, or, as in Distiller, with the strongest.'),
  }),
  example: { group_type: 'Filters', initial_sparsity: 0.1, final_sparsity: 0.5, weights: ['conv2.weight'] },
  names: { weights: 'parameter' },
  check: checkRisingSparsity,
  checkWindow: (args, window) => [...checkRampWindow(window, 2), ...checkMeasuredFirst(args, window)],
  checkParameter: checkConvolution,
  create: (args) =>
    createScoredFilterPruner(
      args,
      ({ epoch, window }) => gradualSparsity(args.initial_sparsity, args.final_sparsity, epoch, rampWindow(window)),
      {
        scores: ({ activations }) => activations?.mean ?? null,
        prunes: args.remove === 'strongest' ? 'highest' : 'lowest',
      },
    ),
});
