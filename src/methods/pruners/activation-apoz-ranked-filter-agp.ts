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
  name: 'ActivationAPoZRankedFilterPruner_AGP',
  needs: ['activations'],
  summary: 'Prunes the filters whose activations are most often zero, their share rising along a cubic curve.',
  notes: activationNotes,
  formula: 'APoZ(f) = share of zeros among the outputs of filter f; the highest go',
  equation: {
    tex: [
      String.raw`p_t = p_f + (p_i - p_f)\left(1 - \frac{t - t_0}{n\,\Delta t}\right)^3`,
      String.raw`\operatorname{APoZ}_f = \frac{1}{B H W}\sum_{b,\,y,\,x} \bigl[\,a_{b,y,x,f} = 0\,\bigr], \qquad k = \lfloor p_t\,F \rfloor`,
    ],
    where:
      '$p_i$ is `initial_sparsity`, $p_f$ `final_sparsity`, $t_0$ the first active epoch, $\\Delta t$ the `frequency` and $n$ the number of activations after the first; $a$ are the activations behind the convolution over $B$ images of $H \\times W$ positions; of the $F$ filters those $k$ with the most zeros go.',
  },
  reference: { title: 'Hu et al. 2016, Network Trimming', url: 'https://arxiv.org/abs/1607.03250' },
  args: z.strictObject({
    ...filterArguments,
    initial_sparsity: fraction.describe('Share of pruned filters at the first active epoch.'),
    final_sparsity: fraction.describe('Share of pruned filters reached at the last active epoch.'),
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
      { scores: ({ activations }) => activations?.apoz ?? null, prunes: 'highest' },
    ),
});
