import { z } from 'zod';
import { decodeStatistics } from '../../core/post-training/calibration-file.ts';
import { type ArgumentProblem, definePostTrainingQuantizer } from '../define-method.ts';
import { linearMode, modesOf } from '../linear-mode.ts';
import { checkPattern, overrideFinder } from '../override-rules.ts';
import {
  bits,
  checkOverrideKeys,
  clipMode,
  deviations,
  floatWidth,
  layerOverride,
  multiplierBits,
  overrideSchema,
} from '../post-training-overrides.ts';
import type { ActivationRanges } from '../post-training-quantizer.ts';

const args = z.strictObject({
  bits_activations: bits.nullable().default(8).describe('Bits of the outputs of layers; null leaves them in float.'),
  bits_parameters: bits.nullable().default(8).describe('Bits of weights; null leaves them in float.'),
  bits_accum: bits.default(32).describe('Bits of accumulators and biases.'),
  mode: linearMode
    .default('SYMMETRIC')
    .describe('How a range becomes integers: one word for all, or {activations: …, weights: …}.'),
  clip_acts: clipMode
    .default('NONE')
    .describe('How the ranges of activations are cut: not, to averages, to deviations, or by a distribution.'),
  clip_n_stds: deviations.nullable().default(null).describe('Deviations around the mean that `N_STD` keeps.'),
  clip_half_range: z.boolean().default(false).describe('Cuts ranges below at 0, for one-sided activations.'),
  per_channel_wts: z.boolean().default(false).describe('One scale for each filter or output unit, not one per tensor.'),
  model_activation_stats: z
    .union([z.string().min(1), z.record(z.string(), z.unknown())])
    .nullable()
    .default(null)
    .describe('Statistics of activations: null measures every batch, a file name the trained model, a map holds them.'),
  scale_approx_mult_bits: multiplierBits
    .nullable()
    .default(null)
    .describe('Bits of the multiplier of fixed-point scales; null keeps scales as they are.'),
  inputs_quant_auto_fallback: z
    .boolean()
    .default(true)
    .describe('Quantizes inputs that come without a format by their statistics.'),
  fpq_module: floatWidth
    .nullable()
    .default(null)
    .describe('Computes layers in float instead of integers: 16, 32 or 64 bits.'),
  fp16: z.boolean().default(false).describe('Old spelling of `fpq_module: 16`.'),
  save_fp_weights: z.boolean().default(false).describe('Read and not used: the float weights are kept in any case.'),
  also_clip_weights: z.boolean().default(false).describe('Cuts the ranges of weights like those of activations.'),
  overrides: z
    .record(z.string(), overrideSchema)
    .default({})
    .describe('Other settings for some modules: full-match patterns of module names, the first match counts.'),
});

type Arguments = z.output<typeof args>;

export default definePostTrainingQuantizer({
  kind: 'quantizer',
  stage: 'after-training',
  name: 'PostTrainLinearQuantizer',
  summary: 'Rounds a trained network to integers, without training it again.',
  notes: [
    'No policy uses it: it acts on the trained network, when the run is over.',
    'Without `model_activation_stats` every batch is quantized by its own ranges (dynamic). A file name asks for statistics: they are measured here on the trained network, the file itself is not read.',
    'Batch normalizations are folded into the layers before them, and a ReLU into the layer that it alone reads.',
    'Override keys say `bits_weights` where the quantizer itself says `bits_parameters`. Biases have the bits of accumulators, whatever `bits_bias` says.',
    '`AVG` takes averages of the extremes of single samples, `N_STD` a number of deviations, `GAUSS` and `LAPLACE` the best range for that distribution and number of bits, up to 8.',
    'With floats of 16 bits weights, inputs and outputs of a layer are rounded to them and sums have 32; a value too large for them becomes the largest. Floats of 64 bits are computed with 32.',
  ],
  formula:
    'x_q = clamp(round(s·x − z)); symmetric: s = (2ᵇ − 1) / (2·max|x|), z = 0; asymmetric: s = (2ᵇ − 1) / (max − min), z = round(s·min)',
  equation: {
    tex: [
      String.raw`q = \operatorname{round}(s\,x - z), \qquad \hat x = \frac{q + z}{s}`,
      String.raw`\text{symmetric:}\quad s = \frac{2^{b} - 1}{2 \max|x|}, \quad z = 0`,
      String.raw`\text{restricted:}\quad s = \frac{2^{b-1} - 1}{\max|x|}, \quad z = 0`,
      String.raw`\text{asymmetric:}\quad s = \frac{2^{b} - 1}{\max x - \min x}, \quad z = \operatorname{round}(s \min x)`,
    ],
    where:
      '$x$ are weights or activations, $b$ their bits, $s$ the steps for each unit and $z$ the zero point, which signed modes shift by $2^{b-1}$; the asymmetric range always contains 0. $q$ is cut to the integers that $b$ bits hold, and `clip_acts` may narrow the range.',
  },
  reference: {
    title: 'Krishnamoorthi 2018, Quantizing deep convolutional networks for efficient inference',
    url: 'https://arxiv.org/abs/1806.08342',
  },
  args,
  example: { bits_activations: 8, bits_parameters: 4, clip_acts: 'AVG', per_channel_wts: true },
  names: { overrides: 'module-pattern' },
  check: (written) => [
    ...Object.keys(written.overrides).flatMap(checkPattern),
    ...checkFloats(written),
    ...checkClips(written),
    ...checkStatistics(written),
  ],
  checkNetwork: ({ overrides }, network) => checkOverrideKeys(overrides, network),
  create: (written) => {
    const find = overrideFinder(written.overrides);
    const width = written.fp16 ? 16 : written.fpq_module && Number(written.fpq_module);
    const {
      overrides: _,
      model_activation_stats: _stats,
      fpq_module: _width,
      fp16: _fp16,
      save_fp_weights: _save,
      ...rest
    } = written;
    return {
      args: { ...rest, mode: modesOf(written.mode) },
      overridesFor: (network) => {
        const layers = new Map(
          network.layers.map((layer) => [layer.name, layerOverride(layer, find(layer.name), width)]),
        );
        return (layer) => {
          const override = layers.get(layer);
          return override && Object.keys(override).length > 0 ? override : undefined;
        };
      },
      ranges: rangesOf(written),
    };
  },
});

function rangesOf({ model_activation_stats: statistics }: Arguments): ActivationRanges {
  if (statistics === null) return { kind: 'dynamic' };
  if (typeof statistics === 'string') return { kind: 'calibrate' };
  const decoded = decodeStatistics(statistics);
  // The check has refused a map that cannot be read.
  return decoded.ok ? { kind: 'given', statistics: decoded.value } : { kind: 'calibrate' };
}

function checkFloats({ fp16, fpq_module }: Arguments): ArgumentProblem[] {
  if (!fp16) return [];
  if (fpq_module !== null && Number(fpq_module) !== 16) {
    const message = `\`fp16\` means 16 bits and \`fpq_module\` says ${fpq_module}. Remove \`fp16\`.`;
    return [{ argument: 'fp16', code: 'floats-contradict', severity: 'error', message }];
  }
  const message = '`fp16` is an old spelling. Write `fpq_module: 16`.';
  return [{ argument: 'fp16', code: 'old-spelling', severity: 'hint', message }];
}

/** A setting of ranges, of the whole model or of one override. */
interface ClipSettings {
  readonly clip_acts: string;
  readonly clip_n_stds: number | null;
  readonly bits_activations: number | null;
  /** Where a problem is reported, and how it is named. */
  readonly argument: string;
  readonly place: string;
}

function checkClips(written: Arguments): ArgumentProblem[] {
  const { clip_acts, clip_n_stds, bits_activations } = written;
  const own = { clip_acts, clip_n_stds, bits_activations, argument: 'clip_acts', place: 'the quantizer' };
  const overridden = Object.entries(written.overrides).map(
    ([pattern, override]): ClipSettings => ({
      clip_acts: override.clip_acts ?? clip_acts,
      clip_n_stds: override.clip_n_stds === undefined ? clip_n_stds : override.clip_n_stds,
      bits_activations: override.bits_activations === undefined ? bits_activations : override.bits_activations,
      argument: 'overrides',
      place: `\`${pattern}\``,
    }),
  );
  return [own, ...overridden.filter((entry) => !isSame(entry, own))].flatMap(checkClip).concat(checkWeights(written));
}

const isSame = (a: ClipSettings, b: ClipSettings): boolean =>
  a.clip_acts === b.clip_acts && a.clip_n_stds === b.clip_n_stds && a.bits_activations === b.bits_activations;

function checkClip({ clip_acts, clip_n_stds, bits_activations, argument, place }: ClipSettings): ArgumentProblem[] {
  if (clip_acts === 'N_STD' && clip_n_stds === null) {
    const message = `\`N_STD\` of ${place} needs \`clip_n_stds\`: how many deviations to keep. Add it.`;
    return [{ argument, code: 'clip-needs-deviations', severity: 'error', message }];
  }
  if ((clip_acts === 'GAUSS' || clip_acts === 'LAPLACE') && bits_activations !== null && bits_activations > 8) {
    const message = `The table of \`${clip_acts}\` ends at 8 bits, and ${place} has ${bits_activations}. Choose \`NONE\` or \`AVG\`.`;
    return [{ argument, code: 'clip-bits', severity: 'error', message }];
  }
  return [];
}

function checkWeights({
  also_clip_weights,
  per_channel_wts,
  clip_acts,
  bits_parameters,
}: Arguments): ArgumentProblem[] {
  if (!also_clip_weights) return [];
  if (per_channel_wts && clip_acts === 'N_STD') {
    const message = '`N_STD` cannot cut weights per channel. Write `per_channel_wts: false` or another `clip_acts`.';
    return [{ argument: 'also_clip_weights', code: 'clip-per-channel', severity: 'error', message }];
  }
  if ((clip_acts === 'GAUSS' || clip_acts === 'LAPLACE') && bits_parameters !== null && bits_parameters > 8) {
    const message = `The table of \`${clip_acts}\` ends at 8 bits, and weights have ${bits_parameters}. Write \`also_clip_weights: false\`.`;
    return [{ argument: 'also_clip_weights', code: 'clip-bits', severity: 'error', message }];
  }
  return [];
}

function checkStatistics({ model_activation_stats: statistics }: Arguments): ArgumentProblem[] {
  const argument = 'model_activation_stats';
  if (statistics === null) return [];
  if (typeof statistics === 'string') {
    const message = 'The file is not read: statistics are measured on the trained model when the run is over.';
    return [{ argument, code: 'statistics-measured', severity: 'hint', message }];
  }
  const decoded = decodeStatistics(statistics);
  if (decoded.ok) return [];
  return decoded.problems.slice(0, 3).map(({ path, message }) => ({
    argument,
    code: 'wrong-statistics',
    severity: 'error' as const,
    message: `${path.length > 0 ? `\`${path.join('.')}\`: ` : ''}${message}`,
  }));
}
