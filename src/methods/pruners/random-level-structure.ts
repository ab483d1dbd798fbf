import { z } from 'zod';
import { fraction } from '../arguments.ts';
import { definePruner } from '../define-method.ts';
import {
  checkBlockShape,
  checkRankedParameter,
  createRankedBy,
  rankedArguments,
  rankedNotes,
} from '../ranked-structures.ts';

export default definePruner({
  kind: 'pruner',
  name: 'RandomLevelStructureParameterPruner',
  summary: 'Prunes the smallest filters, channels or blocks, with a share drawn by chance at every activation.',
  notes: [
    ...rankedNotes.slice(0, 2),
    'Each parameter draws its own share. With `Leader` all listed parameters use one draw and one map; in Distiller each draws for itself, so that the dependency is lost.',
  ],
  formula:
    'share ~ uniform(lo, hi); size = Σ|w| of a structure; keep the structures above the ⌊share · count⌋-th smallest size',
  equation: {
    tex: [
      String.raw`p \sim \mathcal{U}(p_{\text{lo}}, p_{\text{hi}})`,
      String.raw`\lVert S \rVert = \sum_{w \in S} |w|`,
      String.raw`k = \lfloor p\,n \rfloor, \qquad m(S) = \begin{cases} 1 & \lVert S \rVert > \lVert S \rVert_{(k)} \\ 0 & \text{else} \end{cases}`,
    ],
    where:
      '$S$ is one of $n$ structures and $\\lVert S \\rVert_{(k)}$ the $k$-th smallest norm among them; $p_{\\text{lo}}$ and $p_{\\text{hi}}$ are the ends of `sparsity_range`, and each activation draws $p$ anew.',
  },
  args: z.strictObject({
    ...rankedArguments,
    sparsity_range: z
      .tuple([fraction, fraction], { error: 'Write the two ends of the range, like [0.1, 0.3].' })
      .describe('Smallest and largest share of structures to prune.'),
  }),
  example: { group_type: 'Filters', sparsity_range: [0.1, 0.4], weights: ['conv2.weight'] },
  names: { weights: 'parameter' },
  check: (args) => {
    const [low, high] = args.sparsity_range;
    const problems = checkBlockShape(args);
    if (low <= high) return problems;
    const message = `The range [${low}, ${high}] is empty: write the smaller share first.`;
    return [...problems, { argument: 'sparsity_range', code: 'empty-range', message, severity: 'error' }];
  },
  checkParameter: (args, parameter) => checkRankedParameter(args, parameter),
  create: (args) => {
    const [low, high] = args.sparsity_range;
    // With a leader a draw holds until the parameter that was asked first is asked again.
    let shared: { readonly first: string; readonly share: number } | null = null;
    return createRankedBy(
      args,
      { norm: 'L1' },
      {
        promised: () => null,
        asked: ({ parameter, random }) => {
          if (args.group_dependency !== 'Leader') return random.uniform(low, high);
          if (shared === null || shared.first === parameter.name) {
            shared = { first: parameter.name, share: random.uniform(low, high) };
          }
          return shared.share;
        },
      },
    );
  },
});
