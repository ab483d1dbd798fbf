import { z } from 'zod';
import { defineLearningRateScheduler } from '../define-method.ts';
import { perGroup } from '../learning-rate.ts';

const isBetter = {
  rel: {
    min: (value: number, best: number, threshold: number) => value < best * (1 - threshold),
    max: (value: number, best: number, threshold: number) => value > best * (1 + threshold),
  },
  abs: {
    min: (value: number, best: number, threshold: number) => value < best - threshold,
    max: (value: number, best: number, threshold: number) => value > best + threshold,
  },
};

export default defineLearningRateScheduler({
  kind: 'lr_scheduler',
  name: 'ReduceLROnPlateau',
  summary: 'Lowers the learning rate when validation stops getting better.',
  notes: [
    'With `mode: min` it watches the validation loss, with `mode: max` the validation accuracy in percent: an absolute threshold of 0.5 then means half a point.',
    'What it will do depends on the run, so no curve can be promised.',
  ],
  formula: 'after more than `patience` epochs without a better value: lr ← max(lr · factor, min_lr)',
  equation: {
    tex: [
      String.raw`\eta \leftarrow \max(\eta \cdot f,\ \eta_{\min}) \quad\text{if}\quad n_{\text{bad}} > n_{\text{patience}}`,
    ],
    where:
      '$n_{\\text{bad}}$ counts the epochs since the watched value was last better, $n_{\\text{patience}}$ is `patience`, $f$ `factor` and $\\eta_{\\min}$ `min_lr`.',
  },
  reference: {
    title: 'PyTorch: ReduceLROnPlateau',
    url: 'https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ReduceLROnPlateau.html',
  },
  args: z.strictObject({
    mode: z.enum(['min', 'max']).default('min').describe('min watches the loss, max the accuracy.'),
    factor: z
      .number()
      .lt(1, { error: 'A factor of 1 or more does not reduce the rate.' })
      .default(0.1)
      .describe('Factor of each reduction, below 1.'),
    patience: z.int().min(0).default(10).describe('Epochs without improvement that are forgiven.'),
    threshold: z.number().default(0.0001).describe('How much better counts as better.'),
    threshold_mode: z
      .enum(['rel', 'abs'])
      .default('rel')
      .describe('Whether `threshold` is a share of the best or a difference.'),
    cooldown: z.int().min(0).default(0).describe('Epochs after a reduction in which nothing is counted.'),
    min_lr: z
      .union([z.number(), z.array(z.number()).min(1)], { error: 'Write one rate, or one per optimizer group.' })
      .default(0)
      .describe('Lowest rate.'),
    eps: z.number().default(1e-8).describe('Smallest change that is made at all.'),
    verbose: z.boolean().default(false).describe('Distiller prints a line at each reduction; here charts mark it.'),
  }),
  example: { mode: 'min', factor: 0.5, patience: 1 },
  create: (args) => {
    let best = args.mode === 'min' ? Infinity : -Infinity;
    let bad = 0;
    let cooling = 0;
    const watch = (value: number): boolean => {
      const better = isBetter[args.threshold_mode][args.mode](value, best, args.threshold);
      if (better) best = value;
      bad = better ? 0 : bad + 1;
      if (cooling > 0) {
        cooling -= 1;
        bad = 0;
      }
      if (bad <= args.patience) return false;
      cooling = args.cooldown;
      bad = 0;
      return true;
    };
    const reduce = (rate: number, lowest: number): number => {
      const lower = Math.max(rate * args.factor, lowest);
      return rate - lower > args.eps ? lower : rate;
    };
    return {
      predictable: false,
      step: ({ current, validation }) => {
        if (validation === undefined) return { learningRates: current };
        const reached = watch(args.mode === 'min' ? validation.loss : 100 * validation.top1);
        if (!reached) return { learningRates: current };
        const lowest = perGroup(args.min_lr, current.length);
        return { learningRates: current.map((rate, group) => reduce(rate, lowest[group] ?? 0)) };
      },
    };
  },
});
