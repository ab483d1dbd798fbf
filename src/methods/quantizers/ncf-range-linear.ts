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
  reference: { title: 'He et al. 2017, Neural Collaborative Filtering', url: 'https://arxiv.org/abs/1708.05031' },
  args: z.strictObject(rangeLinearArguments),
  example: { bits_activations: 8, bits_weights: 8 },
  names: { overrides: 'module-pattern' },
  check: (args) => [...checkBits(args), ...checkRange(args)],
  create: (args) => rangeLinearQuantizer(args, { inputBits: null, isAlsoAfterDense: true }),
});
