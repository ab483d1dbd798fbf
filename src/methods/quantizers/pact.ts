import { z } from 'zod';
import { defineQuantizer } from '../define-method.ts';
import { dorefaWeights, learnedClipActivation } from '../low-bit.ts';
import { bitArguments, bitNotes, checkBits, planBits, replacedBits } from '../override-rules.ts';

export default defineQuantizer({
  kind: 'quantizer',
  name: 'PACTQuantizer',
  summary: 'Trains with DoReFa weights and activations whose cut is learned layer by layer.',
  notes: [
    'Each ReLU gets a learned scalar `clip_val` in an optimizer group of its own. Without `act_clip_decay` it has the weight decay of the optimizer.',
    'A large clip keeps outliers but makes coarse steps; weight decay pulls it down, the loss of cut activations pushes it up.',
    'The clip stays above zero here; in Distiller a clip that falls below it stops the run.',
    ...bitNotes,
  ],
  formula: 'ŷ = round(v·N/α)·α/N, v = min(max(x, 0), α), N = 2ᵇ − 1; ∂ŷ/∂α = 1 where x ≥ α',
  equation: {
    tex: [
      String.raw`v = \min\bigl(\max(x, 0), \alpha\bigr), \qquad \hat y = \frac{\alpha}{N}\operatorname{round}\left(\frac{N v}{\alpha}\right), \qquad N = 2^{b} - 1`,
      String.raw`\frac{\partial \hat y}{\partial \alpha} = \begin{cases} 1 & x \ge \alpha \\ 0 & x < \alpha \end{cases}`,
      String.raw`u = \frac{\tanh w}{2 \max|\tanh w|} + \frac{1}{2}, \qquad \hat w = \frac{2}{N}\operatorname{round}(N u) - 1`,
    ],
    where:
      '$x$ are the inputs of a ReLU, $\\alpha$ its learned cut, which starts at `act_clip_init_val`, and $b$ the bits; weights $w$ are those of DoReFa.',
  },
  reference: { title: 'Choi et al. 2018, PACT', url: 'https://arxiv.org/abs/1805.06085' },
  args: z.strictObject({
    ...bitArguments({ bias: null }),
    act_clip_init_val: z.number().positive().default(8).describe('Clip of every ReLU at the start.'),
    act_clip_decay: z
      .number()
      .min(0)
      .nullable()
      .default(null)
      .describe('Weight decay of the clips; null: the optimizer’s.'),
  }),
  example: { bits_activations: 4, bits_weights: 4, act_clip_init_val: 6, act_clip_decay: 0.0001 },
  names: { overrides: 'module-pattern' },
  check: checkBits,
  create: (args) => ({
    plan: (network) => planBits(args, network),
    quantizeParameter: (math, values, _, bits) => dorefaWeights(math, values, bits),
    replaceModule: (network, module) => {
      const bits = replacedBits(args, network, module);
      const clip = { initial: args.act_clip_init_val, weightDecay: args.act_clip_decay };
      return bits === null ? null : learnedClipActivation(bits, clip);
    },
    quantizeInput: () => null,
  }),
});
