import { z } from 'zod';
import { gradualSparsity } from '../../core/gradual-sparsity.ts';
import { checkDrawnOnce, checkRampWindow, checkRisingSparsity, fraction, rampWindow } from '../arguments.ts';
import { definePruner } from '../define-method.ts';
import { createRandomFilterPruner, checkConvolution, randomNotes, filterArguments } from '../ranked-filters.ts';

export default definePruner({
  kind: 'pruner',
  name: 'RandomRankedFilterPruner_AGP',
  summary: 'Prunes a random choice of filters whose share rises along a cubic curve.',
  notes: randomNotes,
  equation: {
    tex: [
      String.raw`p_t = p_f + (p_i - p_f)\left(1 - \frac{t - t_0}{n\,\Delta t}\right)^3`,
      String.raw`m_f = \begin{cases} 1 & \pi(f) > k \\ 0 & \text{else} \end{cases} \qquad k = \lfloor p_t\,F \rfloor`,
    ],
    where:
      '$p_i$ is `initial_sparsity`, $p_f$ `final_sparsity`, $t_0$ the first active epoch, $\\Delta t$ the `frequency` and $n$ the number of activations after the first; $\\pi$ is a random order of the $F$ filters, drawn anew at each activation.',
  },
  reference: { title: 'Mittal et al. 2018, Recovering from Random Pruning', url: 'https://arxiv.org/abs/1801.10447' },
  args: z.strictObject({
    ...filterArguments,
    initial_sparsity: fraction.describe('Share of pruned filters at the first active epoch.'),
    final_sparsity: fraction.describe('Share of pruned filters reached at the last active epoch.'),
  }),
  example: { group_type: 'Filters', initial_sparsity: 0.1, final_sparsity: 0.5, weights: ['conv2.weight'] },
  names: { weights: 'parameter' },
  check: checkRisingSparsity,
  checkWindow: (_, window) => [...checkRampWindow(window, 2), ...checkDrawnOnce(window)],
  checkParameter: checkConvolution,
  create: (args) =>
    createRandomFilterPruner(args, ({ epoch, window }) =>
      gradualSparsity(args.initial_sparsity, args.final_sparsity, epoch, rampWindow(window)),
    ),
});
