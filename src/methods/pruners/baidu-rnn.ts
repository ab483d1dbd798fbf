import { z } from 'zod';
import { thresholdMask } from '../../core/element-masks.ts';
import { rampStartSlope, rampThreshold } from '../../core/gradual-sparsity.ts';
import { checkRampWindow, nameList, parameterNames, rampWindow } from '../arguments.ts';
import { definePruner } from '../define-method.ts';

export default definePruner({
  kind: 'pruner',
  name: 'BaiduRNNPruner',
  summary: 'Prunes below a threshold that rises slowly at first and faster later.',
  notes: [
    'The threshold moves with the epochs, not with the optimizer steps as in the paper.',
    'The first slope is computed once. An instance used by two policies keeps the slope of the first one it meets.',
  ],
  formula:
    'θ₁ = 2·q·f / (2·(r − s) + 3·(e − r)), r = s + offset; ε = θ₁·(t − s + 1)/f before r, then (θ₁·(r − s + 1) + mult·θ₁·(t − r + 1))/f',
  equation: {
    tex: [
      String.raw`\varepsilon_t = \begin{cases} \dfrac{\theta\,(t - s + 1)}{f} & t < r \\[2ex] \dfrac{\theta\,(r - s + 1) + \varphi\,(t - r + 1)}{f} & t \ge r \end{cases}`,
      String.raw`\theta = \frac{2\,q\,f}{2\,(r - s) + 3\,(e - r)}, \quad \varphi = c\,\theta, \quad m = \begin{cases} 1 & |w| > \varepsilon_t \\ 0 & \text{else} \end{cases}`,
    ],
    where:
      '$s$, $e$ and $f$ are `starting_epoch`, `ending_epoch` and `frequency` of the policy, $r = s$ + `ramp_epoch_offset`, $c$ is `ramp_slope_mult` and $q$ the threshold aimed at.',
  },
  reference: { title: 'Narang et al. 2017, Exploring Sparsity in RNNs', url: 'https://arxiv.org/abs/1704.05119' },
  args: z.strictObject({
    q: z.number().describe('Threshold aimed at; the 90th percentile of the magnitudes of a trained dense network.'),
    ramp_epoch_offset: z.int().min(0).describe('Epochs from the start to the steeper phase.'),
    ramp_slope_mult: z.number().describe('Steep slope as a multiple of the first one; 1.5 to 2 in the paper.'),
    weights: parameterNames.describe('Names of the parameters to prune.'),
  }),
  example: { q: 0.05, ramp_epoch_offset: 2, ramp_slope_mult: 2, weights: ['fc1.weight'] },
  names: { weights: 'parameter' },
  checkWindow: (_, window) => checkRampWindow(window, 1),
  create: ({ q, ramp_epoch_offset, ramp_slope_mult, weights }) => {
    const names = nameList(weights);
    const ramp = { target: q, rampEpochOffset: ramp_epoch_offset, rampSlopeMultiplier: ramp_slope_mult };
    let startSlope: number | null = null;
    return {
      touches: ({ name }) => names.includes(name),
      computeMask: ({ parameter, weights: values, epoch, window }) => {
        if (!names.includes(parameter.name)) return null;
        startSlope ??= rampStartSlope(ramp, rampWindow(window));
        return thresholdMask(values, rampThreshold(ramp, startSlope, epoch, rampWindow(window)));
      },
      promise: () => null,
    };
  },
});
