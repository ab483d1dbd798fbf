import { z } from 'zod';
import { defineLearningRateScheduler } from '../define-method.ts';
import { perGroup } from '../learning-rate.ts';

const rates = z.union([z.number(), z.array(z.number()).min(1)], {
  error: 'Write one rate, or a list with one per optimizer group.',
});

export default defineLearningRateScheduler({
  kind: 'lr_scheduler',
  name: 'CyclicLR',
  summary: 'Moves the learning rate up and down between two values.',
  notes: [
    'The rate of the optimizer is replaced by `base_lr` before the first epoch.',
    'Stepped once per epoch here, as Distiller does; the paper steps every minibatch.',
    'Momentum moves the other way, from `max_momentum` down to `base_momentum`, unless `cycle_momentum` is false.',
  ],
  formula: 'lr = base + (max − base) · h · k, h the height of the triangle (0 to 1), k = 1, 2^(1 − cycle) or γ^T',
  equation: {
    tex: [
      String.raw`\eta_T = \eta_{\text{base}} + (\eta_{\max} - \eta_{\text{base}})\,h_T\,k_T`,
      String.raw`k_T = 1, \quad 2^{\,1 - c} \quad\text{or}\quad \gamma^{T}`,
    ],
    where:
      '$h_T$ is the height of the triangle, from 0 to 1 in `step_size_up` epochs and back in `step_size_down`; $k_T$ belongs to `triangular`, `triangular2` and `exp_range`, and $c$ counts the cycles from 1.',
  },
  reference: { title: 'Smith 2017, Cyclical Learning Rates', url: 'https://arxiv.org/abs/1506.01186' },
  args: z.strictObject({
    base_lr: rates.describe('Lower rate.'),
    max_lr: rates.describe('Upper rate.'),
    step_size_up: z.number().positive().default(2000).describe('Epochs of the way up.'),
    step_size_down: z.number().positive().nullable().default(null).describe('Epochs of the way down; null: as many.'),
    mode: z
      .enum(['triangular', 'triangular2', 'exp_range'])
      .default('triangular')
      .describe('triangular2 halves the height with every cycle, exp_range shrinks it by `gamma` each epoch.'),
    gamma: z.number().default(1).describe('Factor per epoch of exp_range.'),
    scale_mode: z
      .enum(['cycle', 'iterations'])
      .default('cycle')
      .describe('Only read with a function of your own, which YAML cannot hold; it changes nothing here.'),
    cycle_momentum: z.boolean().default(true).describe('Move momentum against the rate.'),
    base_momentum: z.number().default(0.8).describe('Momentum at the upper rate.'),
    max_momentum: z.number().default(0.9).describe('Momentum at the lower rate.'),
  }),
  example: { base_lr: 0.005, max_lr: 0.05, step_size_up: 3 },
  create: (args) => {
    const down = args.step_size_down ?? args.step_size_up;
    const total = args.step_size_up + down;
    const ratio = args.step_size_up / total;
    const heightAt = (epoch: number): number => {
      const cycle = Math.floor(1 + epoch / total);
      const into = 1 + epoch / total - cycle;
      const triangle = into <= ratio ? into / ratio : (into - 1) / (ratio - 1);
      if (args.mode === 'triangular') return triangle;
      return triangle * (args.mode === 'triangular2' ? 2 ** (1 - cycle) : args.gamma ** epoch);
    };
    const at = (epoch: number, groups: number) => {
      const height = heightAt(epoch);
      const lower = perGroup(args.base_lr, groups);
      const upper = perGroup(args.max_lr, groups);
      const learningRates = lower.map((rate, group) => rate + ((upper[group] ?? rate) - rate) * height);
      const momentum = args.max_momentum - (args.max_momentum - args.base_momentum) * height;
      return args.cycle_momentum ? { learningRates, momentum } : { learningRates };
    };
    return {
      predictable: true,
      initial: (base) => at(0, base.length),
      step: ({ epoch, base }) => at(epoch, base.length),
    };
  },
});
