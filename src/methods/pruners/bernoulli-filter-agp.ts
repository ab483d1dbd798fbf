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
