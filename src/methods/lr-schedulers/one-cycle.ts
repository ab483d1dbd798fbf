import { z } from 'zod';
import { defineLearningRateScheduler, type ArgumentProblem } from '../define-method.ts';
import { cosineBetween, perGroup } from '../learning-rate.ts';

const count = z.int().min(1).nullable().default(null);

function totalOf(args: {
  total_steps: number | null;
  epochs: number | null;
  steps_per_epoch: number | null;
}): number | null {
  if (args.total_steps !== null) return args.total_steps;
  return args.epochs === null || args.steps_per_epoch === null ? null : args.epochs * args.steps_per_epoch;
}

export default defineLearningRateScheduler({
  kind: 'lr_scheduler',
  name: 'OneCycleLR',
  summary: 'Raises the learning rate once to a maximum and lowers it far below its start.',
  notes: [
    'The rate of the optimizer is replaced by `max_lr / div_factor` before the first epoch.',
    'Stepped once per epoch here, as Distiller does: `total_steps` counts epochs. Beyond it the rate stays; PyTorch stops with an error.',
  ],
  formula: 'from max/div up to max at `pct_start`, then down to max/(div · final_div), along cosines or lines',
  equation: {
    tex: [
      String.raw`\eta_T = \eta_a + (\eta_b - \eta_a)\,\frac{1 - \cos(\pi x)}{2}`,
      String.raw`\frac{\eta_{\max}}{d} \to \eta_{\max} \to \frac{\eta_{\max}}{d\,d_{\text{final}}}`,
    ],
    where:
      'The rate goes up and then down between the values $\\eta_a$ and $\\eta_b$ of the second line, $x$ of the way from one to the other; $d$ is `div_factor`, $d_{\\text{final}}$ `final_div_factor`, and with `linear` the fraction is just $x$.',
  },
  reference: { title: 'Smith and Topin 2019, Super-Convergence', url: 'https://arxiv.org/abs/1708.07120' },
  args: z.strictObject({
    max_lr: z
      .union([z.number(), z.array(z.number()).min(1)], { error: 'Write one rate, or one per optimizer group.' })
      .describe('Highest rate.'),
    total_steps: count.describe('Epochs of the cycle.'),
    epochs: count.describe('With `steps_per_epoch`, another way to write `total_steps`: their product.'),
    steps_per_epoch: count.describe('With `epochs`, another way to write `total_steps`.'),
    pct_start: z.number().min(0).max(1).default(0.3).describe('Share of the cycle on the way up.'),
    anneal_strategy: z.enum(['cos', 'linear']).default('cos').describe('Along a cosine or a line.'),
    cycle_momentum: z.boolean().default(true).describe('Move momentum against the rate.'),
    base_momentum: z.number().default(0.85).describe('Momentum at the highest rate.'),
    max_momentum: z.number().default(0.95).describe('Momentum at the lowest rate.'),
    div_factor: z.number().positive().default(25).describe('Highest rate over the first one.'),
    final_div_factor: z.number().positive().default(10000).describe('First rate over the last one.'),
    three_phase: z
      .boolean()
      .default(false)
      .describe('Down to the first rate as long as it went up, then on to the last one.'),
  }),
  example: { max_lr: 0.05, total_steps: 12 },
  check: (args): readonly ArgumentProblem[] =>
    totalOf(args) === null
      ? [
          {
            argument: 'total_steps',
            code: 'missing-length',
            message: 'The cycle has no length. Write `total_steps`, the number of epochs.',
            severity: 'error',
          },
        ]
      : [],
  create: (args) => {
    const total = totalOf(args);
    if (total === null) throw new RangeError('OneCycleLR needs `total_steps`');
    const top = args.pct_start * total - 1;
    // The way down: to the end, or back to the start as long as the way up took.
    const bottom = args.three_phase ? 2 * args.pct_start * total - 2 : total - 1;
    const between = (from: number, to: number, share: number): number =>
      args.anneal_strategy === 'cos' ? cosineBetween(from, to, share) : (to - from) * share + from;
    const curve = (epoch: number, values: { start: number; peak: number; end: number }): number => {
      const step = Math.min(epoch, total - 1);
      if (step <= top) return between(values.start, values.peak, step / top);
      const low = args.three_phase ? values.start : values.end;
      if (step <= bottom) return between(values.peak, low, (step - top) / (bottom - top));
      return between(low, values.end, (step - bottom) / (total - 1 - bottom));
    };
    const at = (epoch: number, groups: number) => {
      const learningRates = perGroup(args.max_lr, groups).map((peak) => {
        const start = peak / args.div_factor;
        return curve(epoch, { start, peak, end: start / args.final_div_factor });
      });
      if (!args.cycle_momentum) return { learningRates };
      const { max_momentum: high, base_momentum: low } = args;
      return { learningRates, momentum: curve(epoch, { start: high, peak: low, end: high }) };
    };
    return {
      predictable: true,
      initial: (base) => at(0, base.length),
      step: ({ epoch, base }) => at(epoch, base.length),
    };
  },
});
