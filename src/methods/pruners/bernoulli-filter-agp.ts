import { z } from 'zod';
import { gradualSparsity } from '../../core/gradual-sparsity.ts';
import { checkRampWindow, checkRisingSparsity, fraction, rampWindow } from '../arguments.ts';
import { definePruner } from '../define-method.ts';
import { createBernoulliFilterPruner, checkConvolution, bernoulliNotes, filterArguments } from '../ranked-filters.ts';

export default definePruner({
  kind: 'pruner',
  name: 'BernoulliFilterPruner_AGP',
  summary: 'Drops each filter with a probability that rises along a cubic curve.',
  notes: bernoulliNotes,
  equation: {
    tex: [
      String.raw`p_t = p_f + (p_i - p_f)\left(1 - \frac{t - t_0}{n\,\Delta t}\right)^3`,
      String.raw`b_f \sim \operatorname{Bernoulli}(1 - p_t), \qquad m_f = \frac{b_f}{\frac{1}{F}\sum_j b_j}`,
    ],
    where:
      '$p_i$ is `initial_sparsity`, $p_f$ `final_sparsity`, $t_0$ the first active epoch, $\\Delta t$ the `frequency` and $n$ the number of activations after the first; each of the $F$ filters stays by chance, and those that stay are scaled up by the share that does.',
  },
  reference: {
    title: 'Tompson et al. 2015, Efficient Object Localization (spatial dropout)',
    url: 'https://arxiv.org/abs/1411.4280',
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
    createBernoulliFilterPruner(args, ({ epoch, window }) =>
      gradualSparsity(args.initial_sparsity, args.final_sparsity, epoch, rampWindow(window)),
    ),
});
