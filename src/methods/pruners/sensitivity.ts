import { z } from 'zod';
import { thresholdMask } from '../../core/element-masks.ts';
import { sampleDeviation } from '../../core/statistics.ts';
import { ownOrDefault } from '../arguments.ts';
import { definePruner } from '../define-method.ts';

export default definePruner({
  kind: 'pruner',
  name: 'SensitivityPruner',
  summary: 'Prunes the weights that are smaller than a multiple of the deviation of their layer.',
  notes: [
    'The deviation is measured once, at the first activation. Later activations use the same threshold on weights that went on learning: some shrink below it, so sparsity creeps up by itself.',
    'For bell-shaped weights a sensitivity of 0.5 prunes 38 %, 1 prunes 68 %, 1.5 prunes 87 %.',
    'The default `*` also prunes biases and batch-norm.',
  ],
  formula: 'θ = sensitivity · σ, σ = sample deviation at the first activation; mask = 1 where |w| > θ, else 0',
  equation: {
    tex: [
      String.raw`m = \begin{cases} 1 & |w| > s\,\sigma \\ 0 & \text{else} \end{cases} \qquad \sigma = \sqrt{\frac{1}{N - 1}\sum_i (w_i - \bar w)^2}`,
    ],
    where:
      '$s$ is the sensitivity of the parameter and $\\sigma$ the standard deviation of its $N$ weights, measured at the first activation and kept from then on.',
  },
  reference: {
    title: 'Han et al. 2015, Learning both Weights and Connections',
    url: 'https://arxiv.org/abs/1506.02626',
  },
  args: z.strictObject({
    sensitivities: z
      .record(z.string(), z.number())
      .describe('Deviations below which weights go, by parameter name; `*` is the default for all others.'),
  }),
  example: { sensitivities: { 'conv2.weight': 0.7, 'fc1.weight': 1.2 } },
  names: { sensitivities: 'parameter' },
  check: ({ sensitivities }) =>
    Object.entries(sensitivities).flatMap(([name, sensitivity]) =>
      sensitivity < 0
        ? [
            {
              argument: 'sensitivities',
              code: 'prunes-nothing',
              message: `No weight of ${name} is smaller than ${String(sensitivity)} deviations: nothing is pruned. Write a number above 0.`,
              severity: 'warning',
            },
          ]
        : [],
    ),
  create: ({ sensitivities }) => {
    const deviations = new Map<string, number>();
    return {
      touches: ({ name }) => ownOrDefault(sensitivities, name) !== undefined,
      computeMask: ({ parameter, weights }) => {
        const sensitivity = ownOrDefault(sensitivities, parameter.name);
        if (sensitivity === undefined) return null;
        const deviation = deviations.get(parameter.name) ?? Math.fround(sampleDeviation(weights));
        deviations.set(parameter.name, deviation);
        return thresholdMask(weights, sensitivity * deviation);
      },
      promise: () => null,
    };
  },
});
