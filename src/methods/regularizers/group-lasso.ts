import { z } from 'zod';
import { defineRegularizer } from '../define-method.ts';
import { groupThresholdMaskOf, structureL2 } from '../group-norms.ts';
import { canThreshold, checkGroup, type GroupType } from '../group-types.ts';

const lassoGroups = [
  '2D',
  '3D',
  'Filters',
  'Channels',
  '4D',
  'Rows',
  'Cols',
  'Rows+Cols',
  'Cols+Rows',
  'Channels+4D',
  '4D+Channels',
] as const;

/** A sum of two structures is written with a plus. */
const partsOf = (group: (typeof lassoGroups)[number]): readonly GroupType[] => group.split('+') as GroupType[];

export default defineRegularizer({
  kind: 'regularizer',
  name: 'GroupLassoRegularizer',
  summary:
    'Adds the L2 norms of whole structures to the loss, which pulls filters, channels or neurons to zero together.',
  notes: [
    'There is no weighting by group size. Strengths are neither divided by the batch size nor multiplied with the learning rate.',
    '`Rows` are the outputs of a dense layer and `Cols` its inputs: Distiller stores that matrix as [out, in]. In the Layers table they show as columns and rows.',
    'With `threshold_criteria`, after every step each structure whose size is not above its strength is set to zero; with `keep_mask: true` the masks of the very last step stay. For `Rows` and `Cols`, `Mean_Abs` divides by their number rather than by their length, as Distiller does.',
    'A threshold knows 2D, Rows, Cols, 3D, Filters and Channels; the other groups only give a penalty.',
    '`Channels+4D` adds both penalties. In Distiller it stops with an error.',
  ],
  formula: 'penalty = Σ λ · Σ over structures ‖w‖₂ (channels: √(Σw² + 10⁻⁸))',
  equation: {
    tex: [
      String.raw`L = L_0 + \sum_{p} \lambda_p \sum_{S \in p} \lVert S \rVert_2, \qquad \lVert S \rVert_2 = \sqrt{\sum_{w \in S} w^2}`,
    ],
    where:
      '$L_0$ is the loss without it, $p$ a named parameter, $\\lambda_p$ its strength and $S$ a structure of it; for `Channels` $10^{-8}$ is added under the root.',
  },
  reference: {
    title: 'Wen et al. 2016, Learning Structured Sparsity in DNNs',
    url: 'https://arxiv.org/abs/1608.03665',
  },
  args: z.strictObject({
    reg_regims: z
      .record(z.string(), z.tuple([z.number(), z.enum(lassoGroups)]))
      .describe('Strength λ and structure by parameter name, like `conv2.weight: [0.001, Filters]`.'),
    threshold_criteria: z
      .enum(['Max', 'Mean_Abs'])
      .nullish()
      .describe('Zero the structures whose largest or mean magnitude is not above λ, after each step.'),
  }),
  example: { reg_regims: { 'conv2.weight': [0.002, 'Filters'], 'fc1.weight': [0.002, 'Rows'] } },
  names: { reg_regims: 'parameter' },
  check: ({ reg_regims, threshold_criteria }) =>
    Object.entries(reg_regims)
      .filter(([, [, group]]) => typeof threshold_criteria === 'string' && !canThreshold(group))
      .map(([name, [, group]]) => ({
        argument: 'reg_regims',
        code: 'cannot-threshold',
        message: `\`${group}\` of \`${name}\` cannot be thresholded. Remove \`threshold_criteria\` or use Filters, Channels, Rows or Cols.`,
        severity: 'error' as const,
      })),
  checkParameter: ({ reg_regims }, parameter) => {
    const regime = reg_regims[parameter.name];
    return regime ? partsOf(regime[1]).flatMap((group) => checkGroup('reg_regims', parameter, group)) : [];
  },
  create: ({ reg_regims, threshold_criteria }) => ({
    touches: ({ name }) => name in reg_regims,
    penalty: (math, weights, parameter) => {
      const [strength, group] = reg_regims[parameter.name] ?? [0, '4D'];
      const terms = partsOf(group).map((part) => {
        const [problem] = checkGroup('reg_regims', parameter, part);
        if (problem) throw new RangeError(problem.message);
        return math.sum(structureL2(math, weights, part));
      });
      return math.mul(
        terms.reduce((sum, term) => math.add(sum, term)),
        strength,
      );
    },
    thresholdMask: (math, weights, parameter) => {
      const regime = reg_regims[parameter.name];
      if (typeof threshold_criteria !== 'string' || regime === undefined) return null;
      const [threshold, group] = regime;
      if (!canThreshold(group)) throw new RangeError(`\`${group}\` cannot be thresholded`);
      return groupThresholdMaskOf(math, weights, parameter, {
        group: group as GroupType,
        criterion: threshold_criteria,
        threshold,
      });
    },
  }),
});
