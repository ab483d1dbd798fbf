import { z } from 'zod';
import { defineLearningRateScheduler } from '../define-method.ts';
import { closedForm, cosineBetween, epochNote } from '../learning-rate.ts';

export default defineLearningRateScheduler({
  kind: 'lr_scheduler',
  name: 'CosineAnnealingLR',
  summary: 'Lowers the learning rate along half a cosine wave.',
  notes: [epochNote, 'After `T_max` epochs the rate rises again along the same wave.'],
  formula: 'lr(T) = η + (lr₀ − η) · (1 + cos(π·T / T_max)) / 2, η = eta_min',
  equation: {
    tex: [String.raw`\eta_T = \eta_{\min} + (\eta_0 - \eta_{\min})\,\frac{1 + \cos(\pi\,T / T_{\max})}{2}`],
    where:
      '$\\eta_0$ is the learning rate at the start and $T$ the epoch; $\\eta_{\\min}$ is `eta_min` and $T_{\\max}$ `T_max`.',
  },
  reference: { title: 'Loshchilov and Hutter 2017, SGDR', url: 'https://arxiv.org/abs/1608.03983' },
  args: z.strictObject({
    T_max: z.number().positive().describe('Epochs until the lowest rate.'),
    eta_min: z.number().default(0).describe('Lowest rate.'),
  }),
  example: { T_max: 12, eta_min: 0.0001 },
  create: ({ T_max, eta_min }) => closedForm((base, epoch) => cosineBetween(base, eta_min, epoch / T_max)),
});
