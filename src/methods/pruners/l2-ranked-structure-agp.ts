import { z } from 'zod';
import { gradualSparsity } from '../../core/gradual-sparsity.ts';
import { checkRampWindow, checkRisingSparsity, fraction, rampWindow } from '../arguments.ts';
import { definePruner } from '../define-method.ts';
import {
  checkBlockShape,
  checkRankedParameter,
  createRankedPruner,
  rankedArguments,
  rankedNotes,
} from '../ranked-structures.ts';

export default definePruner({
  kind: 'pruner',
  name: 'L2RankedStructureParameterPruner_AGP',
  summary: 'Raises the share of pruned filters, channels or blocks along a cubic curve, smallest L2 norm first.',
  notes: [
    ...rankedNotes,
    'Structures come in whole numbers: with 8 filters the curve has 8 steps, and targets below one structure prune nothing.',
  ],
  formula: 'share(t) = s₁ + (s₀ − s₁) · (1 − (t − start) / span)³; size = √Σw² of a structure',
  equation: {
    tex: [
      String.raw`p_t = p_f + (p_i - p_f)\left(1 - \frac{t - t_0}{n\,\Delta t}\right)^3`,
      String.raw`\lVert S \rVert = \sqrt{\sum_{w \in S} w^2}`,
      String.raw`k = \lfloor p_t\,n \rfloor, \qquad m(S) = \begin{cases} 1 & \lVert S \rVert > \lVert S \rVert_{(k)} \\ 0 & \text{else} \end{cases}`,
    ],
    where:
      '$p_i$ is `initial_sparsity`, $p_f$ `final_sparsity`, $t_0$ the first active epoch, $\\Delta t$ the `frequency` and $n$ the number of activations after the first; $S$ is one of $n$ structures and $\\lVert S \\rVert_{(k)}$ the $k$-th smallest norm among them.',
  },
  reference: { title: 'Zhu and Gupta 2017, To prune, or not to prune', url: 'https://arxiv.org/abs/1710.01878' },
  args: z.strictObject({
    ...rankedArguments,
    initial_sparsity: fraction.describe('Share of pruned structures at the first active epoch.'),
    final_sparsity: fraction.describe('Share of pruned structures reached at the last active epoch.'),
  }),
  example: { group_type: 'Filters', initial_sparsity: 0.1, final_sparsity: 0.5, weights: ['conv2.weight'] },
  names: { weights: 'parameter' },
  check: (args) => [...checkRisingSparsity(args), ...checkBlockShape(args)],
  checkParameter: (args, parameter) => checkRankedParameter(args, parameter),
  checkWindow: (_, window) => checkRampWindow(window, 2),
  create: (args) =>
    createRankedPruner(args, { norm: 'L2' }, ({ epoch, window }) =>
      gradualSparsity(args.initial_sparsity, args.final_sparsity, epoch, rampWindow(window)),
    ),
});
