import { z } from 'zod';
import { defineLearningRateScheduler } from '../define-method.ts';
import { closedForm, epochNote } from '../learning-rate.ts';

export default defineLearningRateScheduler({
  kind: 'lr_scheduler',
  name: 'PolynomialLR',
  summary: 'Lowers the learning rate along a power of the epochs that are left.',
  notes: [epochNote, 'Nothing stops it at `T_max`: later the rate is negative or rises again. End the policy there.'],
  formula: 'lr(T) = lr₀ · (1 − T / T_max)^power',
  equation: {
    tex: [String.raw`\eta_T = \eta_0\left(1 - \frac{T}{T_{\max}}\right)^{p}`],
    where: '$\\eta_0$ is the learning rate at the start and $T$ the epoch; $T_{\\max}$ is `T_max` and $p$ `power`.',
  },
  args: z.strictObject({
    T_max: z.number().positive().describe('Epochs until the rate is zero.'),
    power: z.number().describe('Exponent: 1 is a straight line, 2 falls faster at first.'),
  }),
  example: { T_max: 12, power: 2 },
  create: ({ T_max, power }) => closedForm((base, epoch) => base * (1 - epoch / T_max) ** power),
});
