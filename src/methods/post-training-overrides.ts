import { z } from 'zod';
import { clipModes } from '../core/clip-ranges.ts';
import type { InputOverride, LayerOverride } from '../core/post-training/settings.ts';
import { isLinear, type Layer, type Network } from '../core/network.ts';
import type { ArgumentProblem } from './define-method.ts';
import { linearMode, modeName, modesOf } from './linear-mode.ts';

/** Entries of `overrides` of the post-training quantizer (reference 8.4): their keys, and what each kind of layer takes. */

export const bits = z
  .int({ error: 'Write a whole number of bits, or null for none.' })
  .min(1, { error: 'One bit is the least; write null to leave it in float.' })
  .max(32, { error: '32 bits are the most.' });

export const clipMode = z.enum(clipModes, { error: `A clip mode is one of ${clipModes.join(', ')}.` });
export const deviations = z.number().positive({ error: 'A number of deviations is above 0.' });
export const multiplierBits = z.int().min(1).max(31);
/** PyTorch's names of float widths; YAML may hold numbers or words. */
export const floatWidth = z.union([z.literal(16), z.literal(32), z.literal(64), z.enum(['16', '32', '64'])], {
  error: 'A width of floats is 16, 32 or 64.',
});

const inputOverride = z.union(
  [
    z.strictObject({ from_output: z.literal(true).describe('Quantizes the input as the output.') }),
    z.strictObject({
      bits_activations: bits.optional().describe('Bits of this input.'),
      mode: modeName.optional().describe('Mode of this input.'),
      clip_acts: clipMode.optional().describe('Clip mode of this input.'),
      clip_n_stds: deviations.optional().describe('Deviations of this input, for `N_STD`.'),
    }),
  ],
  { error: 'An input has `from_output: true`, or `bits_activations`, `mode`, `clip_acts` and `clip_n_stds`.' },
);

export const overrideSchema = z.strictObject({
  bits_activations: bits.nullable().optional().describe('Bits of the output; null leaves it in float.'),
  bits_weights: bits.nullable().optional().describe('Bits of the weights; null leaves them in float.'),
  bits_bias: bits.nullable().optional().describe('Read and not used: biases have the bits of accumulators.'),
  mode: linearMode.optional().describe('How ranges become integers.'),
  clip_acts: clipMode.optional().describe('How the range of the output is cut.'),
  clip_n_stds: deviations.nullable().optional().describe('Deviations around the mean, for `N_STD`.'),
  clip_half_range: z.boolean().optional().describe('Cuts the range below at 0.'),
  per_channel_wts: z.boolean().optional().describe('One scale for each filter or output unit.'),
  scale_approx_mult_bits: multiplierBits
    .nullable()
    .optional()
    .describe('Bits of the multiplier of fixed-point scales.'),
  inputs_quant_auto_fallback: z
    .boolean()
    .optional()
    .describe('Quantizes inputs that come without a format by their statistics.'),
  input_overrides: z
    .record(z.string().regex(/^\d+$/, { error: 'Inputs are numbered from 0.' }), inputOverride)
    .optional()
    .describe('Settings of single inputs by their number, from 0.'),
  fpq_module: floatWidth.nullable().optional().describe('Computes in float instead of integers: 16, 32 or 64.'),
  fp16: z.boolean().optional().describe('Old spelling of `fpq_module: 16`.'),
  fake: z.boolean().optional().describe('Computes in float and quantizes the output only.'),
  make_identity: z.boolean().optional().describe('Set by the quantizer itself for a ReLU that its layer applies.'),
  quantize_inputs: z.boolean().optional().describe('False leaves the inputs of a layer without weights in float.'),
});

export type WrittenOverride = z.output<typeof overrideSchema>;
type OverrideKey = keyof WrittenOverride;

/** As Distiller's replacement goes by type. */
type LayerFamily = 'weights' | 'sum' | 'other';

const familyOf = (layer: Layer): LayerFamily => {
  if (isLinear(layer)) return 'weights';
  return layer.kind === 'add' ? 'sum' : 'other';
};

const clipKeys = ['clip_acts', 'clip_n_stds', 'clip_half_range', 'scale_approx_mult_bits', 'input_overrides'] as const;
const commonKeys: readonly OverrideKey[] = [
  ...['bits_activations', 'bits_weights', 'bits_bias', 'fp16', 'fpq_module', 'fake'].map((key) => key as OverrideKey),
  ...clipKeys,
];
const knownKeys: Readonly<Record<LayerFamily, readonly OverrideKey[]>> = {
  weights: [...commonKeys, 'per_channel_wts', 'mode'],
  sum: [...commonKeys, 'inputs_quant_auto_fallback'],
  other: [...commonKeys, 'inputs_quant_auto_fallback', 'make_identity', 'quantize_inputs'],
};

/** A width of floats that stands for the whole model, or that an override sets; null for integers. */
type FloatWidth = number | null;

/**
 * What an override changes for a layer: keys that layers of its kind do not take are left out. A layer that computes in
 * float is not quantized at all, unless `fake` says that its output is.
 */
export function layerOverride(layer: Layer, written: WrittenOverride | undefined, width: FloatWidth): LayerOverride {
  const family = familyOf(layer);
  const own = Object.fromEntries(
    Object.entries(written ?? {}).filter(([key]) => knownKeys[family].includes(key as OverrideKey)),
  ) as WrittenOverride;
  const { mode, input_overrides, fpq_module, fp16, bits_bias: _bias, make_identity: _identity, ...same } = own;
  const isFake = own.fake ?? family === 'other';
  const floats = widthOf({ fpq_module, fp16 }, width);
  const isFloat = !isFake && floats !== null;
  return {
    ...dropUndefined(same),
    ...(mode && { mode: modesOf(mode) }),
    ...(input_overrides && { input_overrides: input_overrides as Readonly<Record<number, InputOverride>> }),
    ...(isFloat && { bits_activations: null, bits_weights: null }),
    ...(floats === 16 && { float_width: 16 as const }),
  };
}

function widthOf({ fpq_module, fp16 }: Pick<WrittenOverride, 'fpq_module' | 'fp16'>, width: FloatWidth): FloatWidth {
  if (fp16 === true) return 16;
  if (fpq_module === undefined) return width;
  return fpq_module && Number(fpq_module);
}

/** What was not written is absent, not undefined: nothing then hides the quantizer's own argument. */
function dropUndefined<T extends object>(value: T): { readonly [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as never;
}

/** Keys that a layer of that kind does not take: Distiller refuses them with a `TypeError`. */
export function checkOverrideKeys(
  overrides: Readonly<Record<string, WrittenOverride>>,
  network: Network,
): readonly ArgumentProblem[] {
  return network.layers.flatMap((layer) => {
    const strange = Object.keys(overrides[layer.name] ?? {}).filter(
      (key) => !knownKeys[familyOf(layer)].includes(key as OverrideKey),
    );
    if (strange.length === 0) return [];
    const message = `\`${layer.name}\` is a layer of kind ${layer.kind} and takes no ${strange.map((key) => `\`${key}\``).join(', ')}: Distiller refuses that, here it is passed over. Give these keys to a pattern that matches only layers that take them.`;
    return [{ argument: 'overrides', code: 'override-key-ignored', severity: 'warning', message }];
  });
}
