import { z } from 'zod';
import { gradualSparsity } from '../../core/gradual-sparsity.ts';
import { checkRampWindow, checkRisingSparsity, fraction, rampWindow } from '../arguments.ts';
import { definePruner } from '../define-method.ts';
import {
  checkConvolution,
  createScoredFilterPruner,
  filterArguments,
  gradientNotes,
  gradientScores,
} from '../ranked-filters.ts';

export default definePruner({
  kind: 'pruner',
  name: 'GradientRankedFilterPruner_AGP',
  needs: ['gradient'],
  summary: 'Prunes the filters whose weights times gradients sum to least, their share rising along a cubic curve.',
  notes: gradientNotes,
  formula: 'score(f) = Σ gradient · weight over filter f; the lowest go',
  equation: {
    tex: [
      String.raw`p_t = p_f + (p_i - p_f)\left(1 - \frac{t - t_0}{n\,\Delta t}\right)^3`,
      String.raw`g_f = \sum_{w \in f} \frac{\partial L}{\partial w}\,w, \qquad k = \lfloor p_t\,F \rfloor`,
    ],
    where:
      '$p_i$ is `initial_sparsity`, $p_f$ `final_sparsity`, $t_0$ the first active epoch, $\\Delta t$ the `frequency` and $n$ the number of activations after the first; $L$ is the loss of the last step, and the sum keeps its sign; of the $F$ filters those $k$ with the smallest $g_f$ go.',
  },
  reference: {
    title: 'Molchanov et al. 2016, Pruning Convolutional Neural Networks for Resource Efficient Inference',
    url: 'https://arxiv.org/abs/1611.06440',
  },
  args: z.strictObject({
    ...filterArguments,
    initial_sparsity: fraction.describe('Share of pruned filters at the first active epoch.'),
    final_sparsity: fraction.describe('Share of pruned filters reached at the last active epoch.'),
  }),
  example: { group_type: 'Filters', initial_sparsity: 0.1, final_sparsity: 0.5, weights: ['conv2.weight'] },
  names: { weights: 'parameter' },
  check: checkRisingSparsity,
  checkWindow: (_, window) => checkRampWindow(window, 2),
  checkParameter: checkConvolution,
  create: (args) =>
    createScoredFilterPruner(
      args,
      ({ epoch, window }) => gradualSparsity(args.initial_sparsity, args.final_sparsity, epoch, rampWindow(window)),
      { scores: gradientScores, prunes: 'lowest' },
    ),
});
