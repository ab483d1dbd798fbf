import { z } from 'zod';
import { levelCount, levelMask } from '../../core/element-masks.ts';
import { gradualSparsity } from '../../core/gradual-sparsity.ts';
import { checkRampWindow, checkRisingSparsity, fraction, nameList, parameterNames, rampWindow } from '../arguments.ts';
import { definePruner } from '../define-method.ts';
import type { PolicyWindow } from '../policy-window.ts';

export default definePruner({
  kind: 'pruner',
  name: 'AutomatedGradualPruner',
  summary: 'Raises sparsity along a cubic curve, pruning the smallest weights first.',
  notes: [
    'The target depends on the epoch alone. The last activation reaches `final_sparsity` exactly: the curve ends at the last active epoch, not at `ending_epoch` as in the paper.',
    'It needs two active epochs or more, and a frequency: a policy with a list of `epochs` has none.',
    'A first target too small for a single weight prunes nothing; Distiller stops with an index error there.',
  ],
  formula: 's(t) = s₁ + (s₀ − s₁) · (1 − (t − start) / span)³, span = ⌊(end − start − 1) / frequency⌋ · frequency',
  equation: {
    tex: [
      String.raw`s_t = s_f + (s_i - s_f)\left(1 - \frac{t - t_0}{n\,\Delta t}\right)^3`,
      String.raw`m = \begin{cases} 1 & |w| > \theta_t \\ 0 & \text{else} \end{cases}`,
    ],
    where:
      '$s_i$ is `initial_sparsity`, $s_f$ `final_sparsity`, $t_0$ the first active epoch, $\\Delta t$ the `frequency` and $n$ the number of activations after the first, so that the last one reaches $s_f$; $\\theta_t$ is the $\\lfloor s_t N \\rfloor$-th smallest of the $N$ magnitudes.',
  },
  reference: { title: 'Zhu and Gupta 2017, To prune, or not to prune', url: 'https://arxiv.org/abs/1710.01878' },
  args: z.strictObject({
    initial_sparsity: fraction.describe('Sparsity at the first active epoch.'),
    final_sparsity: fraction.describe('Sparsity reached at the last active epoch.'),
    weights: parameterNames.describe('Names of the parameters to prune.'),
  }),
  example: { initial_sparsity: 0.05, final_sparsity: 0.9, weights: ['conv2.weight', 'fc1.weight'] },
  names: { weights: 'parameter' },
  check: checkRisingSparsity,
  checkWindow: (_, window) => checkRampWindow(window, 2),
  create: ({ initial_sparsity, final_sparsity, weights }) => {
    const names = nameList(weights);
    const target = (epoch: number, window: PolicyWindow): number =>
      gradualSparsity(initial_sparsity, final_sparsity, epoch, rampWindow(window));
    return {
      touches: ({ name }) => names.includes(name),
      computeMask: ({ parameter, weights: values, epoch, window }) =>
        names.includes(parameter.name) ? levelMask(values, target(epoch, window)) : null,
      promise: ({ parameter, epoch, window }) => levelCount(parameter.size, target(epoch, window)) / parameter.size,
    };
  },
});
