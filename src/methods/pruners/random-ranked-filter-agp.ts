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
