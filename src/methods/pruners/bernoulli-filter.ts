import { z } from 'zod';

import { fraction } from '../arguments.ts';
import { definePruner } from '../define-method.ts';
import { createBernoulliFilterPruner, checkConvolution, bernoulliNotes, filterArguments } from '../ranked-filters.ts';

export default definePruner({
  kind: 'pruner',
  name: 'BernoulliFilterPruner',
  summary: 'Drops each filter with a fixed probability and scales the others up: dropout of filters.',
  notes: bernoulliNotes,
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
