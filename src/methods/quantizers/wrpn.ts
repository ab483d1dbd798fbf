import { z } from 'zod';
import { defineQuantizer } from '../define-method.ts';
import { clippedActivation, wrpnWeights } from '../low-bit.ts';
import { bitArguments, bitNotes, checkBits, planBits, replacedBits } from '../override-rules.ts';

export default defineQuantizer({
  kind: 'quantizer',
  name: 'WRPNQuantizer',
  summary: 'Trains with weights cut to −1 to 1 and rounded, and activations cut to 0 to 1.',
  notes: [
    'The scale is the half-integer (2ᵇ − 1) / 2 as in Distiller, not 2ᵇ⁻¹ − 1 as in the paper: ±1 rounds past its integer, with 2 bits to ±1.33.',
    'The paper makes layers wider to win back accuracy. That is not part of this method.',
    ...bitNotes,
  ],
  formula: 'ŵ = round(n·clip(w, −1, 1))/n, n = (2ᵇ − 1)/2; ŷ = round(N·clip(x, 0, 1))/N, N = 2ᵇ − 1',
  equation: {
    tex: [
      String.raw`\hat w = \frac{1}{n}\operatorname{round}\bigl(n \operatorname{clip}(w, -1, 1)\bigr), \qquad n = \frac{2^{b} - 1}{2}`,
      String.raw`\hat y = \frac{1}{N}\operatorname{round}\bigl(N \operatorname{clip}(x, 0, 1)\bigr), \qquad N = 2^{b} - 1`,
    ],
    where:
      '$w$ are the weights of a layer, $x$ the inputs of a ReLU, $b$ the bits of the one or the other; $n$ is half an integer, so that $\\pm 1$ rounds past itself.',
  },
  reference: { title: 'Mishra et al. 2017, WRPN', url: 'https://arxiv.org/abs/1709.01134' },
  args: z.strictObject(bitArguments({ bias: null })),
  example: { bits_activations: 8, bits_weights: 4 },
  names: { overrides: 'module-pattern' },
  check: checkBits,
  create: (args) => ({
    plan: (network) => planBits(args, network),
    quantizeParameter: (math, values, _, bits) => wrpnWeights(math, values, bits),
    replaceModule: (network, module) => {
      const bits = replacedBits(args, network, module);
      return bits === null ? null : clippedActivation(bits, 1);
    },
    quantizeInput: () => null,
  }),
});
