import { z } from 'zod';
import { splicingMask } from '../../core/element-masks.ts';
import { mean, sampleDeviation } from '../../core/statistics.ts';
import { ownOrDefault } from '../arguments.ts';
import { definePruner } from '../define-method.ts';

export default definePruner({
  kind: 'pruner',
  name: 'SplicingPruner',
  summary: 'Prunes small weights and lets those that grow back return: dynamic network surgery.',
  notes: [
    'A pruned weight can only grow if it goes on learning: use it with the policy arguments `mask_on_forward_only: true` and, at the end, `keep_mask: true`.',
    'Mean and deviation of the magnitudes are measured once, at the first activation.',
    'Between the two thresholds a weight keeps the state it had.',
  ],
  formula:
    'base = μ + s·σ over |w|, s = sensitivity · (1 + multiplier · (epoch − start)); 0 below base · low, 1 from base · high on, else as before',
  equation: {
    tex: [
      String.raw`m_t = \begin{cases} 0 & |w| < a \\ m_{t-1} & a \le |w| < b \\ 1 & |w| \ge b \end{cases}`,
      String.raw`a = c_{\text{low}}\,(\mu + s_t\sigma), \quad b = c_{\text{high}}\,(\mu + s_t\sigma), \quad s_t = s\,\bigl(1 + \kappa\,(t - t_0)\bigr)`,
    ],
    where:
      '$\\mu$ and $\\sigma$ are mean and standard deviation of $|w|$ at the first activation, $s$ the sensitivity, $\\kappa$ `sensitivity_multiplier`, $t_0$ the first active epoch, $c_{\\text{low}}$ `low_thresh_mult` and $c_{\\text{high}}$ `hi_thresh_mult`; between $a$ and $b$ the mask stays as it was.',
  },
  reference: { title: 'Guo et al. 2016, Dynamic Network Surgery', url: 'https://arxiv.org/abs/1608.04493' },
  args: z.strictObject({
    sensitivities: z
      .record(z.string(), z.number())
      .describe('Deviations above the mean magnitude, by parameter name; `*` is the default for all others.'),
    low_thresh_mult: z.number().describe('Weights below this multiple of the base threshold go; 0.9 is usual.'),
    hi_thresh_mult: z.number().describe('Weights from this multiple of the base threshold on come back; 1.1 is usual.'),
    sensitivity_multiplier: z.number().default(0).describe('Growth of the sensitivity per epoch; 0 keeps it.'),
  }),
  example: { sensitivities: { 'fc1.weight': 0.5 }, low_thresh_mult: 0.9, hi_thresh_mult: 1.1 },
  names: { sensitivities: 'parameter' },
  create: ({ sensitivities, low_thresh_mult, hi_thresh_mult, sensitivity_multiplier }) => {
    const measured = new Map<string, { readonly mean: number; readonly deviation: number }>();
    return {
      touches: ({ name }) => ownOrDefault(sensitivities, name) !== undefined,
      computeMask: ({ parameter, weights, mask, epoch, window }) => {
        const sensitivity = ownOrDefault(sensitivities, parameter.name);
        if (sensitivity === undefined) return null;
        const magnitudes = weights.map(Math.abs);
        const first = measured.get(parameter.name) ?? {
          mean: Math.fround(mean(magnitudes)),
          deviation: Math.fround(sampleDeviation(magnitudes)),
        };
        measured.set(parameter.name, first);
        const growth = Math.max(sensitivity_multiplier, 0) * (epoch - window.startingEpoch) + 1;
        const base = first.mean + first.deviation * sensitivity * growth;
        return splicingMask(weights, mask, { low: base * low_thresh_mult, high: base * hi_thresh_mult });
      },
      promise: () => null,
    };
  },
});
