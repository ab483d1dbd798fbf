import { z } from 'zod';
import { defineLearningRateScheduler } from '../define-method.ts';
import { checkAscending, closedFormFromStart, epochNote } from '../learning-rate.ts';

export default defineLearningRateScheduler({
  kind: 'lr_scheduler',
  name: 'MultiStepLR',
  summary: 'Multiplies the learning rate by a factor at each of a list of epochs.',
  notes: [epochNote, 'A milestone that is listed twice counts twice, and one at 0 counts before the first epoch.'],
  formula: 'lr(T) = lr₀ · γ^(number of milestones ≤ T)',
  equation: {
    tex: [String.raw`\eta_T = \eta_0\,\gamma^{\,\#\{m \,\le\, T\}}`],
    where:
      '$\\eta_0$ is the learning rate at the start and $T$ the epoch; the exponent counts the `milestones` $m$ that are over, and $\\gamma$ is `gamma`.',
  },
  reference: {
    title: 'PyTorch: MultiStepLR',
    url: 'https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.MultiStepLR.html',
  },
  args: z.strictObject({
    milestones: z.array(z.number()).describe('Epochs from which on the rate is lower, ascending.'),
    gamma: z.number().default(0.1).describe('Factor at each milestone.'),
  }),
  example: { milestones: [6, 9], gamma: 0.1 },
  check: ({ milestones }) => checkAscending(milestones, 'hint'),
  create: ({ milestones, gamma }) =>
    closedFormFromStart((base, epoch) => base * gamma ** milestones.filter((milestone) => milestone <= epoch).length),
});
