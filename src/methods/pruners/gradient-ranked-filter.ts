import { z } from 'zod';
import { fraction } from '../arguments.ts';
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
  name: 'GradientRankedFilterPruner',
  needs: ['gradient'],
  summary: 'Prunes the filters whose weights times gradients sum to least.',
  notes: gradientNotes,
  formula: 'score(f) = Σ gradient · weight over filter f; the lowest go',
  equation: {
    tex: [String.raw`g_f = \sum_{w \in f} \frac{\partial L}{\partial w}\,w, \qquad k = \lfloor p\,F \rfloor`],
    where:
      '$L$ is the loss of the last step, and the sum keeps its sign; of the $F$ filters those $k$ with the smallest $g_f$ go; $p$ is `desired_sparsity`.',
  },
  reference: {
    title: 'Molchanov et al. 2016, Pruning Convolutional Neural Networks for Resource Efficient Inference',
    url: 'https://arxiv.org/abs/1611.06440',
  },
  args: z.strictObject({
    ...filterArguments,
    desired_sparsity: fraction.describe('Share of the filters to prune.'),
  }),
  example: { group_type: 'Filters', desired_sparsity: 0.25, weights: ['conv2.weight'] },
  names: { weights: 'parameter' },
  checkParameter: checkConvolution,
  create: (args) =>
    createScoredFilterPruner(args, () => args.desired_sparsity, { scores: gradientScores, prunes: 'lowest' }),
});
