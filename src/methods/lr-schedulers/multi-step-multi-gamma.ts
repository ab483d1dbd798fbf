import { z } from 'zod';
import { defineLearningRateScheduler } from '../define-method.ts';
import { checkAscending, closedFormFromStart, epochNote } from '../learning-rate.ts';

export default defineLearningRateScheduler({
  kind: 'lr_scheduler',
  name: 'MultiStepMultiGammaLR',
  summary: 'Multiplies the learning rate by a factor of its own at each of a list of epochs.',
  notes: [epochNote, 'A milestone at 0 counts before the first epoch.'],
  formula: 'lr(T) = lr₀ · Π of the gammas whose milestone ≤ T',
  equation: {
    tex: [String.raw`\eta_T = \eta_0 \prod_{i \,:\, m_i \le T} \gamma_i`],
    where:
      '$\\eta_0$ is the learning rate at the start and $T$ the epoch; $m_i$ are the `milestones` and $\\gamma_i$ the `gammas`.',
  },
  args: z.strictObject({
    milestones: z.array(z.number()).describe('Epochs from which on a factor counts, ascending.'),
    gammas: z.array(z.number()).describe('One factor per milestone.'),
  }),
  example: { milestones: [4, 8, 10], gammas: [0.3, 0.3, 0.1] },
  check: ({ milestones, gammas }) => {
    if (milestones.length === gammas.length) return checkAscending(milestones, 'error');
    const message = `${milestones.length} milestones and ${gammas.length} gammas: there must be one gamma per milestone.`;
    return [{ argument: 'gammas', code: 'unequal-lengths', message, severity: 'error' }];
  },
  create: ({ milestones, gammas }) =>
    closedFormFromStart((base, epoch) =>
      gammas.reduce((rate, gamma, index) => ((milestones[index] ?? Infinity) <= epoch ? rate * gamma : rate), base),
    ),
});
