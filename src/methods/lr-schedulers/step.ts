import { z } from 'zod';
import { defineLearningRateScheduler } from '../define-method.ts';
import { closedForm, epochNote } from '../learning-rate.ts';

export default defineLearningRateScheduler({
  kind: 'lr_scheduler',
  name: 'StepLR',
  summary: 'Multiplies the learning rate by a factor every so many epochs.',
  notes: [epochNote],
  formula: 'lr(T) = lr₀ · γ^⌊T / step_size⌋',
  equation: {
    tex: [String.raw`\eta_T = \eta_0\,\gamma^{\lfloor T / n \rfloor}`],
    where: '$\\eta_0$ is the learning rate at the start and $T$ the epoch; $n$ is `step_size` and $\\gamma$ `gamma`.',
  },
  reference: {
    title: 'PyTorch: StepLR',
    url: 'https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.StepLR.html',
  },
  args: z.strictObject({
    step_size: z.number().positive().describe('Epochs between two drops.'),
    gamma: z.number().default(0.1).describe('Factor of each drop.'),
  }),
  example: { step_size: 3, gamma: 0.5 },
  create: ({ step_size, gamma }) => closedForm((base, epoch) => base * gamma ** Math.floor(epoch / step_size)),
});
