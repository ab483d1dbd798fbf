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
  name: 'ActivationAPoZRankedFilterPruner',
  needs: ['activations'],
  summary: 'Prunes the filters whose activations are most often zero.',
  notes: activationNotes,
  formula: 'APoZ(f) = share of zeros among the outputs of filter f; the highest go',
  equation: {
    tex: [
      String.raw`\operatorname{APoZ}_f = \frac{1}{B H W}\sum_{b,\,y,\,x} \bigl[\,a_{b,y,x,f} = 0\,\bigr], \qquad k = \lfloor p\,F \rfloor`,
    ],
    where:
      '$a$ are the activations behind the convolution over $B$ images of $H \\times W$ positions; of the $F$ filters those $k$ with the most zeros go; $p$ is `desired_sparsity`.',
  },
  reference: { title: 'Hu et al. 2016, Network Trimming', url: 'https://arxiv.org/abs/1607.03250' },
  args: z.strictObject({
    ...filterArguments,
    desired_sparsity: fraction.describe('Share of the filters to prune.'),
  }),
  example: { group_type: 'Filters', desired_sparsity: 0.25, weights: ['conv2.weight'] },
  names: { weights: 'parameter' },
  checkWindow: checkMeasuredFirst,
  checkParameter: checkConvolution,
  create: (args) =>
    createScoredFilterPruner(args, () => args.desired_sparsity, {
      scores: ({ activations }) => activations?.apoz ?? null,
      prunes: 'highest',
    }),
});
