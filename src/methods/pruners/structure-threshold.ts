import { z } from 'zod';
import { groupThresholdMap } from '../../core/structure-norms.ts';
import { expandGroups } from '../../core/structures.ts';
import { definePruner } from '../define-method.ts';
import { checkGroup, groupsOf, thresholdGroups } from '../group-types.ts';

export default definePruner({
  kind: 'pruner',
  name: 'StructureParameterPruner',
  summary: 'Prunes whole filters, channels, kernels, rows or columns whose size is not above a fixed threshold.',
  notes: [
    '`Rows` are the outputs of a dense layer and `Cols` its inputs: Distiller stores that matrix as [out, in].',
    'For `Rows` and `Cols`, `Mean_Abs` divides by the number of rows or columns rather than by their length. Thresholds in old files were tuned against that, so it is kept.',
  ],
  formula: 'keep a structure where mean|w| > θ (Mean_Abs) or max|w| > θ (Max)',
  equation: {
    tex: [
      String.raw`m(S) = \begin{cases} 1 & \lVert S \rVert > \theta \\ 0 & \text{else} \end{cases} \qquad \lVert S \rVert = \frac{1}{|S|}\sum_{w \in S} |w| \ \text{ or } \ \max_{w \in S} |w|`,
    ],
    where:
      '$S$ is a structure, $\\theta$ its threshold, and the norm is the mean for `Mean_Abs` and the maximum for `Max`; for `Rows` and `Cols` the mean divides by the number of structures, as in Distiller.',
  },
  args: z.strictObject({
    reg_regims: z
      .record(z.string(), z.tuple([z.number(), z.enum(thresholdGroups)]))
      .describe('Threshold and structure by parameter name, like `conv2.weight: [0.02, Filters]`.'),
    threshold_criteria: z.enum(['Mean_Abs', 'Max']).describe('What is compared: the mean or the largest magnitude.'),
  }),
  example: { reg_regims: { 'conv2.weight': [0.02, 'Filters'] }, threshold_criteria: 'Mean_Abs' },
  names: { reg_regims: 'parameter' },
  checkParameter: ({ reg_regims }, parameter) => {
    const regime = reg_regims[parameter.name];
    return regime ? checkGroup('reg_regims', parameter, regime[1]) : [];
  },
  create: ({ reg_regims, threshold_criteria }) => ({
    touches: ({ name }) => name in reg_regims,
    computeMask: ({ parameter, weights }) => {
      const regime = reg_regims[parameter.name];
      if (regime === undefined) return null;
      const [value, group] = regime;
      const groups = groupsOf(parameter, group);
      const threshold = { value, rank: parameter.shape.length };
      return expandGroups(groupThresholdMap(weights, groups, threshold_criteria, threshold), groups);
    },
    promise: () => null,
  }),
});
