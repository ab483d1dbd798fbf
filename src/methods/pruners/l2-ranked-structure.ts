import { z } from 'zod';
import { fraction } from '../arguments.ts';
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
  name: 'L2RankedStructureParameterPruner',
  summary: 'Prunes the filters, channels or blocks with the smallest L2 norm.',
  notes: [
    ...rankedNotes,
    '`group_size` prunes adjacent structures together. Distiller fails for any value but 1; here it works.',
    'With probability `noise` an activation ranks by magnitudes multiplied with normal random numbers.',
  ],
  formula: 'size = √Σw² of a structure; k = ⌊share · count⌋; keep the structures above the k-th smallest size',
  equation: {
    tex: [
      String.raw`\lVert S \rVert = \sqrt{\sum_{w \in S} w^2}`,
      String.raw`k = \lfloor p\,n \rfloor, \qquad m(S) = \begin{cases} 1 & \lVert S \rVert > \lVert S \rVert_{(k)} \\ 0 & \text{else} \end{cases}`,
    ],
    where:
      '$S$ is one of $n$ structures and $\\lVert S \\rVert_{(k)}$ the $k$-th smallest norm among them; $p$ is `desired_sparsity`.',
  },
  reference: { title: 'He et al. 2018, Soft Filter Pruning', url: 'https://arxiv.org/abs/1808.06866' },
  args: z.strictObject({
    ...rankedArguments,
    desired_sparsity: fraction.describe('Share of the structures to prune.'),
    noise: fraction.default(0).describe('Chance of an activation to rank by noisy magnitudes, 0 to 1.'),
    group_size: z.int().min(1).default(1).describe('How many adjacent structures go together.'),
  }),
  example: { group_type: 'Filters', desired_sparsity: 0.5, weights: ['conv2.weight'] },
  names: { weights: 'parameter' },
  check: checkBlockShape,
  checkParameter: (args, parameter) => checkRankedParameter(args, parameter, args.group_size),
  create: (args) =>
    createRankedPruner(
      args,
      { norm: 'L2', noise: args.noise, groupSize: args.group_size },
      () => args.desired_sparsity,
    ),
});
