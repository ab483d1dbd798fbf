import { z } from 'zod';
import { defineQuantizer } from '../define-method.ts';
import { bitNotes, checkBits } from '../override-rules.ts';
import { checkRange, rangeLinearArguments, rangeLinearQuantizer } from '../range-linear-quantizer.ts';

export default defineQuantizer({
  kind: 'quantizer',
  name: 'NCFQuantAwareTrainQuantizer',
  summary: 'Trains with weights and activations rounded to evenly spaced steps, also behind each dense layer.',
  notes: [
    'Made for neural collaborative filtering: like QuantAwareTrainRangeLinearQuantizer, but inputs stay in float, and the outputs of dense layers are quantized too.',
    'Distiller also quantizes behind products and concatenations, which the models here do not have.',
    ...bitNotes,
  ],
  formula: 'x̂ = (round(s·x − z) + z) / s, s and z from the range as in QuantAwareTrainRangeLinearQuantizer',
  equation: {
    tex: [
      String.raw`q = \operatorname{round}(s\,x - z), \qquad \hat x = \frac{q + z}{s}`,
      String.raw`\text{symmetric:}\quad s = \frac{2^{b} - 1}{2 \max|x|}, \quad z = 0`,
      String.raw`\text{restricted:}\quad s = \frac{2^{b-1} - 1}{\max|x|}, \quad z = 0`,
      String.raw`\text{asymmetric:}\quad s = \frac{2^{b} - 1}{\max x - \min x}, \quad z = \operatorname{round}(s \min x)`,
      String.raw`m_t = d\,m_{t-1} + (1 - d)\min(\text{batch}), \qquad \min x = \frac{m_t}{1 - d^{\,t}}`,
    ],
    where:
      '$x$ are weights or activations, $b$ their bits, $s$ the steps for each unit and $z$ the zero point, which signed modes shift by $2^{b-1}$; the asymmetric range always contains 0. Activations take the range of a moving average with $d$ = `ema_decay` over $t$ batches, the maximum likewise.',
  },
  reference: { title: 'He et al. 2017, Neural Collaborative Filtering', url: 'https://arxiv.org/abs/1708.05031' },
  args: z.strictObject(rangeLinearArguments),
  example: { bits_activations: 8, bits_weights: 8 },
  names: { overrides: 'module-pattern' },
  check: (args) => [...checkBits(args), ...checkRange(args)],
  create: (args) => rangeLinearQuantizer(args, { inputBits: null, isAlsoAfterDense: true }),
});
