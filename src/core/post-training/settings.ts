import type { ClipMode } from '../clip-ranges.ts';
import type { LinearMode } from '../linear-quantization.ts';

/** Arguments of `PostTrainLinearQuantizer`, spelled as in its files (reference 8.4). */
export interface PostTrainingArguments {
  /** Null leaves activations in float. */
  readonly bits_activations: number | null;
  readonly bits_parameters: number | null;
  /** Bits of accumulators and biases. */
  readonly bits_accum: number;
  readonly mode: { readonly activations: LinearMode; readonly weights: LinearMode };
  readonly clip_acts: ClipMode;
  /** Deviations around the mean, for `N_STD`. */
  readonly clip_n_stds: number | null;
  readonly clip_half_range: boolean;
  /** One scale per filter or output unit. */
  readonly per_channel_wts: boolean;
  /** Multiplier bits of fixed-point scales; null keeps scales as they are. */
  readonly scale_approx_mult_bits: number | null;
  /** An input that was not quantized before is quantized with its statistics and the settings of the layer's output. */
  readonly inputs_quant_auto_fallback: boolean;
  /** Weights are clipped like activations. */
  readonly also_clip_weights: boolean;
}

export const postTrainingDefaults: PostTrainingArguments = {
  bits_activations: 8,
  bits_parameters: 8,
  bits_accum: 32,
  mode: { activations: 'SYMMETRIC', weights: 'SYMMETRIC' },
  clip_acts: 'NONE',
  clip_n_stds: null,
  clip_half_range: false,
  per_channel_wts: false,
  scale_approx_mult_bits: null,
  inputs_quant_auto_fallback: true,
  also_clip_weights: false,
};

/** Settings of one input of a layer: those of its output, or its own; missing ones are the output's. */
export interface InputOverride {
  readonly from_output?: boolean;
  readonly bits_activations?: number;
  readonly mode?: LinearMode;
  readonly clip_acts?: ClipMode;
  readonly clip_n_stds?: number;
}

/** What an entry of `overrides` may change for a layer. Missing keys keep the quantizer's arguments. */
export interface LayerOverride {
  readonly bits_activations?: number | null;
  readonly bits_weights?: number | null;
  readonly mode?: { readonly activations: LinearMode; readonly weights: LinearMode };
  readonly clip_acts?: ClipMode;
  readonly clip_n_stds?: number | null;
  readonly clip_half_range?: boolean;
  readonly per_channel_wts?: boolean;
  readonly scale_approx_mult_bits?: number | null;
  readonly inputs_quant_auto_fallback?: boolean;
  readonly input_overrides?: Readonly<Record<number, InputOverride>>;
  /** 16: the layer computes with half floats where it does not compute with integers; null: with floats of 32 bits. */
  readonly float_width?: 16 | null;
  /** A convolution or dense layer runs in float and only its output is quantized. */
  readonly fake?: boolean;
  /** False: the inputs of a layer without weights are not quantized. */
  readonly quantize_inputs?: boolean;
}

/** Everything that holds for one layer. */
export interface LayerSettings extends Omit<PostTrainingArguments, 'bits_parameters'> {
  /** Null for layers without a kernel. */
  readonly bits_weights: number | null;
  readonly input_overrides: Readonly<Record<number, InputOverride>>;
  readonly float_width: 16 | null;
  readonly fake: boolean;
  readonly quantize_inputs: boolean;
}

/** The settings of a layer from the arguments and its override. Only convolutions and dense layers hold weights. */
export function layerSettings(
  { bits_parameters, ...shared }: PostTrainingArguments,
  holdsWeights: boolean,
  override: LayerOverride = {},
): LayerSettings {
  const defaults = {
    ...{ bits_weights: bits_parameters, input_overrides: {}, float_width: null },
    ...{ fake: false, quantize_inputs: true },
  };
  const merged = { ...shared, ...defaults, ...override };
  return { ...merged, bits_weights: holdsWeights ? merged.bits_weights : null };
}
