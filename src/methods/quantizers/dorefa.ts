import { z } from 'zod';
import { defineQuantizer } from '../define-method.ts';
import { clippedActivation, dorefaWeights } from '../low-bit.ts';
import { bitArguments, bitNotes, checkBits, planBits, replacedBits } from '../override-rules.ts';

export default defineQuantizer({
  kind: 'quantizer',
  name: 'DorefaQuantizer',
  summary: 'Trains with weights squashed and rounded to a few levels between −1 and 1, and activations cut to 0 to 1.',
  notes: [
    'With one bit of weights each weight is plus or minus the mean magnitude of its layer.',
    'The quantized weights do not keep the size of the float ones: they span −1 to 1 whatever the layer had. A learning rate tuned in float may be too large.',
    'Each ReLU is cut at 1. Gradients beyond the cut are zero.',
    ...bitNotes,
  ],
  formula:
    'u = tanh(w) / (2·max|tanh w|) + ½, ŵ = 2·round(N·u)/N − 1, N = 2ᵇ − 1; 1 bit: ŵ = mean|w| · sign(w); ŷ = round(N·clip(x, 0, 1))/N',
  equation: {
    tex: [
      String.raw`u = \frac{\tanh w}{2 \max|\tanh w|} + \frac{1}{2}, \qquad \hat w = \frac{2}{N}\operatorname{round}(N u) - 1`,
      String.raw`\hat w = \operatorname{mean}|w| \cdot \operatorname{sign}(w) \quad (b = 1)`,
      String.raw`\hat y = \frac{1}{N}\operatorname{round}\bigl(N \operatorname{clip}(x, 0, 1)\bigr), \qquad N = 2^{b} - 1`,
    ],
    where:
      '$w$ are the weights of a layer, $x$ the inputs of a ReLU, $b$ the bits of the one or the other; rounding goes to the nearest even, and its gradient is that of the identity.',
  },
  reference: { title: 'Zhou et al. 2016, DoReFa-Net', url: 'https://arxiv.org/abs/1606.06160' },
  args: z.strictObject(bitArguments({ bias: null })),
  example: { bits_activations: 8, bits_weights: 3, overrides: { fc2: { bits_weights: null } } },
  names: { overrides: 'module-pattern' },
  check: checkBits,
  create: (args) => ({
    plan: (network) => planBits(args, network),
    quantizeParameter: (math, values, _, bits) => dorefaWeights(math, values, bits),
    replaceModule: (network, module) => {
      const bits = replacedBits(args, network, module);
      return bits === null ? null : clippedActivation(bits, 1);
    },
    quantizeInput: () => null,
  }),
});
