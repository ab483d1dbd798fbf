import { z } from 'zod';
import { defineLearningRateScheduler } from '../define-method.ts';
import { closedForm, cosineBetween, epochNote } from '../learning-rate.ts';

export default defineLearningRateScheduler({
  kind: 'lr_scheduler',
  name: 'CosineAnnealingWarmRestarts',
  summary: 'Lowers the learning rate along a cosine and starts over after each cycle.',
  notes: [epochNote, 'Each cycle is `T_mult` times as long as the one before.'],
  formula: 'lr = η + (lr₀ − η) · (1 + cos(π · t / Tᵢ)) / 2, t epochs into a cycle of Tᵢ = T_0 · T_mult^i',
  equation: {
    tex: [
      String.raw`\eta_T = \eta_{\min} + (\eta_0 - \eta_{\min})\,\frac{1 + \cos(\pi\,t / T_i)}{2}, \qquad T_i = T_0 \cdot k^{\,i}`,
    ],
    where:
      '$\\eta_0$ is the learning rate at the start and $t$ the number of epochs since the cycle $i$ began; $T_0$ is `T_0`, $k$ `T_mult` and $\\eta_{\\min}$ `eta_min`.',
  },
  reference: { title: 'Loshchilov and Hutter 2017, SGDR', url: 'https://arxiv.org/abs/1608.03983' },
  args: z.strictObject({
    T_0: z.int().min(1).describe('Epochs of the first cycle.'),
    T_mult: z.int().min(1).default(1).describe('Factor from one cycle to the next.'),
    eta_min: z.number().default(0).describe('Lowest rate.'),
  }),
  example: { T_0: 3, T_mult: 2, eta_min: 0.0001 },
  create: ({ T_0, T_mult, eta_min }) =>
    closedForm((base, epoch) => {
      let length = T_0;
      let into = epoch;
      while (into >= length) {
        into -= length;
        length *= T_mult;
      }
      return cosineBetween(base, eta_min, into / length);
    }),
});
