import { z } from 'zod';

import { fraction } from '../arguments.ts';
import { definePruner } from '../define-method.ts';
import { createBernoulliFilterPruner, checkConvolution, bernoulliNotes, filterArguments } from '../ranked-filters.ts';

export default definePruner({
  kind: 'pruner',
  name: 'BernoulliFilterPruner',
  summary: 'Drops each filter with a fixed probability and scales the others up: dropout of filters.',
  notes: bernoulliNotes,
  equation: {
    tex: [String.raw`b_f \sim \operatorname{Bernoulli}(1 - p), \qquad m_f = \frac{b_f}{\frac{1}{F}\sum_j b_j}`],
    where:
      '$p$ is `desired_sparsity`: each of the $F$ filters stays by chance, and those that stay are scaled up by the share that does.',
  },
  reference: {
    title: 'Tompson et al. 2015, Efficient Object Localization (spatial dropout)',
    url: 'https://arxiv.org/abs/1411.4280',
  },
  args: z.strictObject({
    ...filterArguments,
    desired_sparsity: fraction.describe('Share of the filters to prune.'),
  }),
  example: { group_type: 'Filters', desired_sparsity: 0.25, weights: ['conv2.weight'] },
  names: { weights: 'parameter' },

  checkParameter: checkConvolution,
  create: (args) => createBernoulliFilterPruner(args, () => args.desired_sparsity),
});
