import { z } from 'zod';
import { thresholdMask } from '../../core/element-masks.ts';
import { ownOrDefault } from '../arguments.ts';
import { definePruner } from '../define-method.ts';

export default definePruner({
  kind: 'pruner',
  name: 'MagnitudeParameterPruner',
  summary: 'Prunes every weight whose magnitude is not above a fixed threshold.',
  notes: [
    'The default `*` reaches every parameter of the model, biases and batch-norm included. `"*": 0` makes it harmless: only exact zeros go.',
    'The threshold stays while the weights move, so the sparsity it gives is known only afterwards.',
  ],
  formula: 'mask = 1 where |w| > θ, else 0',
  equation: {
    tex: [String.raw`m = \begin{cases} 1 & |w| > \theta \\ 0 & \text{else} \end{cases}`],
    where: '$w$ is a weight, $m$ its mask and $\\theta$ the threshold of its parameter, else that of `*`.',
  },
  reference: {
    title: 'Han et al. 2015, Learning both Weights and Connections',
    url: 'https://arxiv.org/abs/1506.02626',
  },
  args: z.strictObject({
    thresholds: z
      .record(z.string(), z.number())
      .describe('Threshold by parameter name; `*` is the default for all others and must be there.'),
  }),
  example: { thresholds: { '*': 0, 'fc1.weight': 0.02 } },
  names: { thresholds: 'parameter' },
  check: ({ thresholds }) =>
    '*' in thresholds
      ? []
      : [
          {
            argument: 'thresholds',
            code: 'missing-default',
            message: '`thresholds` has no default entry `*`. Add `"*": 0` to leave the other parameters alone.',
            severity: 'error',
          },
        ],
  create: ({ thresholds }) => ({
    touches: ({ name }) => ownOrDefault(thresholds, name) !== undefined,
    computeMask: ({ parameter, weights }) => {
      const threshold = ownOrDefault(thresholds, parameter.name);
      return threshold === undefined ? null : thresholdMask(weights, threshold);
    },
    promise: () => null,
  }),
});
