import { z } from 'zod';
import { checkDrawnOnce, fraction } from '../arguments.ts';
import { definePruner } from '../define-method.ts';
import { createRandomFilterPruner, checkConvolution, randomNotes, filterArguments } from '../ranked-filters.ts';

export default definePruner({
  kind: 'pruner',
  name: 'RandomRankedFilterPruner',
  summary: 'Prunes a random choice of filters, drawn anew at every activation.',
  notes: randomNotes,
  equation: {
    tex: [
      String.raw`m_f = \begin{cases} 1 & \pi(f) > k \\ 0 & \text{else} \end{cases} \qquad k = \lfloor p\,F \rfloor`,
    ],
    where: '$\\pi$ is a random order of the $F$ filters, drawn anew at each activation; $p$ is `desired_sparsity`.',
  },
  reference: { title: 'Mittal et al. 2018, Recovering from Random Pruning', url: 'https://arxiv.org/abs/1801.10447' },
  args: z.strictObject({
    ...filterArguments,
    desired_sparsity: fraction.describe('Share of the filters to prune.'),
  }),
  example: { group_type: 'Filters', desired_sparsity: 0.25, weights: ['conv2.weight'] },
  names: { weights: 'parameter' },
  checkWindow: (_, window) => checkDrawnOnce(window),
  checkParameter: checkConvolution,
  create: (args) => createRandomFilterPruner(args, () => args.desired_sparsity),
});
