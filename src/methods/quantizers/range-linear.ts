import { z } from 'zod';
import { foldablePairs } from '../../core/batch-norm-folding.ts';
import type { Network } from '../../core/network.ts';
import { type ArgumentProblem, defineQuantizer } from '../define-method.ts';
import { bitNotes, checkBits } from '../override-rules.ts';
import { checkRange, rangeLinearArguments, rangeLinearQuantizer } from '../range-linear-quantizer.ts';

export default defineQuantizer({
  kind: 'quantizer',
  name: 'QuantAwareTrainRangeLinearQuantizer',
  summary: 'Trains with weights, activations and inputs rounded to evenly spaced steps over their range.',
  notes: [
    'Weights take the range that they have at each step; activations and inputs a moving average of the ranges of the batches.',
    '`mode` is honoured here. Distiller ignores it while training: everything becomes ASYMMETRIC_UNSIGNED, whatever the file says.',
    'SYMMETRIC spends half of its values on numbers that never come after a ReLU. SYMMETRIC_RESTRICTED is the same without the lowest integer.',
    'Rounding is not cut to the integers while training: in SYMMETRIC mode the largest magnitude lands on 2^(b−1).',
    'Biases have 32 bits unless `bits_bias` says otherwise, which is as good as float.',
    '`fold_batch_norm` trains with the weights that stay when inference folds batch normalizations away: w·γ/σ is rounded, with σ of the running variance, and the output is corrected by σ of the batch. Here the fold follows the statistics to the end; Distiller’s module freezes it after 200000 batches. Such steps are slower: each folded layer runs twice.',
    ...bitNotes,
  ],
  formula:
    'x̂ = (round(s·x − z) + z) / s; asymmetric: s = (2ᵇ − 1) / (max − min), z = round(s·min); symmetric: s = (2ᵇ − 1) / (2·max|x|), restricted (2ᵇ⁻¹ − 1) / max|x|; ∂x̂/∂x = 1 inside the range',
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
  reference: {
    title: 'Jacob et al. 2018, Quantization and Training of Neural Networks',
    url: 'https://arxiv.org/abs/1712.05877',
  },
  args: z.strictObject({
    ...rangeLinearArguments,
    quantize_inputs: z.boolean().default(true).describe('Quantize the inputs of the network too.'),
    num_bits_inputs: z
      .int()
      .min(1)
      .max(32)
      .nullable()
      .default(null)
      .describe('Bits of the inputs; null takes those of the activations.'),
    fold_batch_norm: z
      .boolean()
      .default(false)
      .describe(
        'Extension, not in Distiller’s files: fold each batch normalization into the convolution or dense layer before it, and quantize the folded weights while training.',
      ),
  }),
  example: { bits_activations: 8, bits_weights: 4, overrides: { conv1: { bits_weights: 8 } } },
  names: { overrides: 'module-pattern' },
  check: (args) => [...checkBits(args), ...checkRange(args)],
  checkNetwork: ({ fold_batch_norm }, network) => (fold_batch_norm ? checkFolding(network) : []),
  create: (args) => {
    const inputBits = args.num_bits_inputs ?? args.bits_activations;
    return rangeLinearQuantizer(args, {
      inputBits: args.quantize_inputs ? inputBits : null,
      isAlsoAfterDense: false,
      foldsBatchNorm: args.fold_batch_norm,
    });
  },
});

function checkFolding(network: Network): readonly ArgumentProblem[] {
  if (foldablePairs(network).length > 0) return [];
  const message = `\`${network.name}\` has no batch normalization directly behind a convolution or dense layer: nothing will be folded. Remove \`fold_batch_norm\`, or choose a model with batch normalizations, such as \`plain20_cifar\`.`;
  return [{ argument: 'fold_batch_norm', code: 'nothing-to-fold', severity: 'warning', message, suggestion: 'false' }];
}
