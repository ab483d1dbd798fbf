import { z } from 'zod';
import { defineLearningRateScheduler } from '../define-method.ts';
import { closedForm, epochNote } from '../learning-rate.ts';

export default defineLearningRateScheduler({
  kind: 'lr_scheduler',
  name: 'ExponentialLR',
  summary: 'Multiplies the learning rate by a factor after every epoch.',
  notes: [epochNote],
  formula: 'lr(T) = lr₀ · γ^T',
  equation: {
    tex: [String.raw`\eta_T = \eta_0\,\gamma^{T}`],
    where: '$\\eta_0$ is the learning rate at the start and $T$ the epoch; $\\gamma$ is `gamma`.',
  },
  reference: {
    title: 'PyTorch: ExponentialLR',
    url: 'https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ExponentialLR.html',
  },
  args: z.strictObject({ gamma: z.number().describe('Factor per epoch; 0.9 loses two thirds in ten epochs.') }),
  example: { gamma: 0.9 },
  create: ({ gamma }) => closedForm((base, epoch) => base * gamma ** epoch),
});
