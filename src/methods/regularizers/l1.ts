import { z } from 'zod';
import { defineRegularizer } from '../define-method.ts';

export default defineRegularizer({
  kind: 'regularizer',
  name: 'L1Regularizer',
  summary: 'Adds the magnitudes of the weights to the loss, which pulls all of them towards zero.',
  notes: [
    'The penalty alone makes weights small, seldom exactly zero. With `threshold_criteria` every weight whose magnitude is not above its strength is set to zero after each step.',
    'Any value of `threshold_criteria` turns that on: its text is not read. The threshold is the strength itself, a hard cut, no soft one.',
    'Strengths are neither divided by the batch size nor multiplied with the learning rate.',
  ],
  formula: 'penalty = Σ λ · Σ|w|; threshold mask = 1 where |w| > λ',
  equation: {
    tex: [String.raw`L = L_0 + \sum_{p} \lambda_p \sum_{w \in p} |w|`],
    where:
      '$L_0$ is the loss without it, $p$ a named parameter and $\\lambda_p$ its strength; with `threshold_criteria`, weights with $|w| \\le \\lambda_p$ are set to zero after each step.',
  },
  reference: {
    title: 'Tibshirani 1996, Regression Shrinkage and Selection via the Lasso',
    url: 'https://doi.org/10.1111/j.2517-6161.1996.tb02080.x',
  },
  args: z.strictObject({
    reg_regims: z.record(z.string(), z.number()).describe('Strength λ by parameter name, like `fc1.weight: 0.00001`.'),
    threshold_criteria: z
      .string()
      .nullish()
      .describe('Any text zeroes weights that are not above their strength after each step; `Mean_Abs` is usual.'),
  }),
  example: { reg_regims: { 'fc1.weight': 0.0001 } },
  names: { reg_regims: 'parameter' },
  create: ({ reg_regims, threshold_criteria }) => {
    const strengthOf = (name: string): number => reg_regims[name] ?? 0;
    return {
      touches: ({ name }) => name in reg_regims,
      penalty: (math, weights, { name }) => math.mul(math.sum(math.abs(weights)), strengthOf(name)),
      thresholdMask: (math, weights, { name }) =>
        typeof threshold_criteria !== 'string' || !(name in reg_regims)
          ? null
          : math.greater(math.abs(weights), strengthOf(name)),
    };
  },
});
