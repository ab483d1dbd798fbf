import { z } from 'zod';
import { foldablePairs } from '../core/batch-norm-folding.ts';
import type { ArgumentProblem } from './define-method.ts';
import type { Quantizer } from './quantizer.ts';
import { fakeQuantizeParameter } from './fake-quantization.ts';
import { linearMode, modesOf } from './linear-mode.ts';
import { bitArguments, bitsOfModule, type BitRules, planBits, replacedBits } from './override-rules.ts';
import { trackedQuantizer } from './range-tracker.ts';

/** What the quantizers share that train with evenly spaced steps over a range (reference 8.8). */

export const rangeLinearArguments = {
  ...bitArguments({ bias: 32 }),
  mode: linearMode
    .default('SYMMETRIC')
    .describe('How a range becomes integers: one word for all, or {activations: …, weights: …}.'),
  ema_decay: z
    .number()
    .min(0)
    .lt(1, { error: '`ema_decay` must be below 1: at 1 no batch would ever count.' })
    .default(0.999)
    .describe('Weight of the past in the moving range of activations, 0 to 1.'),
  per_channel_wts: z
    .boolean()
    .default(false)
    .describe('One range per output channel of a kernel instead of one in all.'),
};

interface RangeLinearRules extends BitRules {
  readonly mode: z.output<typeof linearMode>;
  readonly ema_decay: number;
  readonly per_channel_wts: boolean;
}

/** Two bits or fewer in a range that lies symmetric about zero (recipes: two-bit weights, two-bit activations). */
export function checkRange(args: RangeLinearRules): readonly ArgumentProblem[] {
  const modes = modesOf(args.mode);
  const isFew = (bits: number | null): boolean => bits !== null && bits <= 2;
  const problem = { argument: 'mode', severity: 'warning', suggestion: 'ASYMMETRIC_UNSIGNED' } as const;
  const problems: ArgumentProblem[] = [];
  if (isFew(args.bits_weights) && modes.weights.startsWith('SYMMETRIC') && !args.per_channel_wts) {
    const message = `${args.bits_weights} bits for weights in one symmetric range a layer: only weights above half of the largest one are not zero, and little signal is left. Write \`mode: ASYMMETRIC_UNSIGNED\` and \`per_channel_wts: true\`.`;
    problems.push({ ...problem, code: 'range-starves-weights', message });
  }
  if (isFew(args.bits_activations) && modes.activations.startsWith('SYMMETRIC')) {
    const message = `${args.bits_activations} bits for activations in a symmetric range: a ReLU gives nothing below zero, so half of the few values are never used. Write \`mode: ASYMMETRIC_UNSIGNED\`.`;
    problems.push({ ...problem, code: 'range-wastes-values', message });
  }
  return problems;
}

interface Places {
  /** Bits of the inputs of the network; null leaves them in float. */
  readonly inputBits: number | null;
  /** Outputs of dense layers are quantized like those of a ReLU. */
  readonly isAlsoAfterDense: boolean;
  /** Batch normalizations are folded into layers with bits for weights. */
  readonly foldsBatchNorm?: boolean;
}

export function rangeLinearQuantizer(args: RangeLinearRules, places: Places): Quantizer {
  const { inputBits, isAlsoAfterDense, foldsBatchNorm = false } = places;
  const modes = modesOf(args.mode);
  const tracker = (bits: number, relu: boolean) =>
    trackedQuantizer({ mode: modes.activations, bits, emaDecay: args.ema_decay, relu });
  return {
    plan: (network) => planBits(args, network),
    quantizeParameter: (math, values, _, bits) =>
      fakeQuantizeParameter(math, values, { mode: modes.weights, bits, perChannel: args.per_channel_wts }),
    replaceModule: (network, module) => {
      const kind = network.layers.find(({ name }) => name === module)?.kind;
      if (isAlsoAfterDense && kind === 'dense') {
        const { activations } = bitsOfModule(args)(module, true);
        return activations === null ? null : { ...tracker(activations, false), placement: 'after' };
      }
      const bits = replacedBits(args, network, module);
      return bits === null ? null : tracker(bits, true);
    },
    quantizeInput: () => (inputBits === null ? null : tracker(inputBits, false)),
    ...(foldsBatchNorm && {
      foldedPairs: (network) =>
        foldablePairs(network).filter(({ linear }) => bitsOfModule(args)(linear.name, true).weights !== null),
    }),
  };
}
