import { z } from 'zod';
import { defineRegularizer } from '../define-method.ts';
import { structureL2 } from '../group-norms.ts';
import { checkGroup } from '../group-types.ts';

export default defineRegularizer({
  kind: 'regularizer',
  name: 'GroupVarianceRegularizer',
  summary: 'Spreads the norms of the channels of a convolution, so that some become clearly unimportant.',
  notes: [
    'Meant for use together with a group lasso over the same channels: guided structured sparsity.',
    'It never thresholds, so the policy argument `keep_mask` has no effect.',
    'A convolution with one input channel has no variance: its penalty is not a number.',
  ],
  formula: 'penalty = λ / Var(‖channel‖₂), sample variance, norms √(Σw² + 10⁻⁸)',
  equation: {
    tex: [
      String.raw`L = L_0 + \sum_{p} \frac{\lambda_p}{\operatorname{Var}_c(v_c)}, \qquad v_c = \sqrt{\sum_{w \in c} w^2 + 10^{-8}}`,
    ],
    where:
      '$L_0$ is the loss without it, $p$ a named parameter, $\\lambda_p$ its strength, $c$ an input channel of it, and the variance is that of a sample.',
  },
  reference: { title: 'Torfi et al. 2018, Guided Structured Sparsity', url: 'https://arxiv.org/abs/1802.09936' },
  args: z.strictObject({
    reg_regims: z
      .record(
        z.string(),
        z.tuple([z.number(), z.literal('Channels', { error: 'Only `Channels` have a variance here.' })]),
      )
      .describe('Strength λ and `Channels` by parameter name, like `conv2.weight: [0.000008, Channels]`.'),
  }),
  example: { reg_regims: { 'conv2.weight': [0.000008, 'Channels'] } },
  names: { reg_regims: 'parameter' },
  checkParameter: ({ reg_regims }, parameter) => {
    if (!(parameter.name in reg_regims)) return [];
    if (parameter.shape.length === 4 && parameter.shape[2] === 1) {
      const message = `\`${parameter.name}\` has one input channel, and one number has no variance.`;
      return [{ argument: 'reg_regims', code: 'one-channel', message, severity: 'error' }];
    }
    return checkGroup('reg_regims', parameter, 'Channels');
  },
  create: ({ reg_regims }) => ({
    touches: ({ name }) => name in reg_regims,
    penalty: (math, weights, parameter) => {
      const [problem] = checkGroup('reg_regims', parameter, 'Channels');
      if (problem) throw new RangeError(problem.message);
      const strength = reg_regims[parameter.name]?.[0] ?? 0;
      const norms = structureL2(math, weights, 'Channels');
      const count = parameter.shape[2] ?? 1;
      const squares = math.sum(math.square(math.sub(norms, math.mean(norms))));
      return math.div(math.scalar(strength), math.div(squares, count - 1));
    },
    thresholdMask: () => null,
  }),
});
