import * as tf from '@tensorflow/tfjs-core';
import {
  clippedRange,
  measureRange,
  sliceExtremes,
  tensorRanges,
  type ClipRule,
  type RangeStatistics,
} from '../../core/clip-ranges.ts';
import {
  approximateScale,
  asymmetricParameters,
  clampTo,
  dequantize,
  impliedRange,
  integerRange,
  linearParameters,
  quantize,
  symmetricParameters,
  type LinearMode,
  type LinearParameters,
} from '../../core/linear-quantization.ts';
import { createInstance } from '../../methods/create-instance.ts';
import type { ActivationQuantizer } from '../../methods/quantizer.ts';
import { fakeQuantize } from '../../methods/fake-quantization.ts';
import type { TensorMath } from '../../methods/tensor-math.ts';
import type { Adapters } from './adapter.ts';
import { downloadNumber, upload, valueAndGradient } from './device.ts';
import { vector, type Fields, type VectorTensor } from './vector-file.ts';

/** The area `quant_linear`. Shapes are generic here: the first dimension counts samples or channels, as in the file. */

function clipRuleOf(args: Fields): ClipRule {
  const deviations = args.get<number | null>('num_stds');
  return {
    mode: args.get('mode'),
    bits: args.number('num_bits'),
    clip: args.get('clip'),
    halfRange: args.get('half_range'),
    ...(deviations === null ? {} : { deviations }),
  };
}

function approximated(parameters: LinearParameters, args: Fields): LinearParameters {
  const multiplierBits = args.get<number | null>('scale_approx_mult_bits');
  if (multiplierBits === null) return parameters;
  return { ...parameters, scale: approximateScale(parameters.scale, { multiplierBits }).value };
}

function asTensors(parameters: readonly LinearParameters[], shape: readonly number[]) {
  return {
    scale: { shape, data: parameters.map(({ scale }) => scale) },
    zero_point: { shape, data: parameters.map(({ zeroPoint }) => zeroPoint) },
  };
}

/** Index in a tensor that broadcasts along all dimensions but the first. */
const perSlice = (parameters: VectorTensor, index: number, size: number): number =>
  parameters.data[parameters.data.length === 1 ? 0 : Math.floor((index * parameters.data.length) / size)] ?? NaN;

type State = Readonly<Record<string, tf.Tensor>>;

/** Feeds batches to a tracked range as the engine does: the state goes in and the next one comes out. */
async function trackBatches(tracker: ActivationQuantizer, math: TensorMath<tf.Tensor>, args: Fields, inputs: Fields) {
  const batches = inputs.get<readonly { readonly x: VectorTensor; readonly grad_output: VectorTensor }[]>('batches');
  let state: State = Object.fromEntries(Object.entries(tracker.state).map(([key, value]) => [key, tf.scalar(value)]));
  const steps: Record<string, unknown>[] = [];
  for (const [index, batch] of batches.entries()) {
    const training = index < args.number('train_steps');
    const current = state;
    const forward = (x: tf.Tensor) => tracker.forward(math, x, { training, learned: {}, state: current });
    const { value, gradient } = await valueAndGradient((x) => forward(x).output, batch.x, batch.grad_output);
    state = tf.tidy(() => ({ ...current, ...forward(upload(batch.x.shape, batch.x.data)).state }));
    const numbers: Record<string, number> = {};
    for (const [key, tensor] of Object.entries(state)) numbers[key] = await downloadNumber(tensor.clone());
    steps.push({ ...numbers, output: value, grad_x: gradient });
  }
  return { steps };
}

export const quantization: Adapters = {
  quantized_range: ({ args }) => ({
    ...integerRange(args.number('num_bits'), args.get('signed'), args.get('restrict')),
  }),
  symmetric_params: ({ args, inputs }) => {
    const { shape, data } = inputs.tensor('saturation');
    const compute = (value: number): LinearParameters =>
      symmetricParameters(args.number('num_bits'), Math.fround(value), args.get('restrict'));
    return asTensors(data.map(compute), shape);
  },
  asymmetric_params: ({ args, inputs }) => {
    const low = inputs.tensor('saturation_min');
    const high = inputs.tensor('saturation_max');
    const options = { signed: args.get<boolean>('signed'), integral: args.get<boolean>('integral_zero_point') };
    const parameters = low.data.map((min, index) => {
      const range = { min: Math.fround(min), max: Math.fround(high.data[index] ?? NaN) };
      return asymmetricParameters(args.number('num_bits'), range, options);
    });
    return asTensors(parameters, low.shape);
  },
  tensor_ranges: ({ args, inputs }) => {
    const { shape, data } = inputs.tensor('x');
    const values = Float32Array.from(data);
    const slices = sliceExtremes(values, shape[0] ?? 1);
    const measured = measureRange(values, shape[0] ?? 1);
    const rule = { mode: 'ASYMMETRIC_UNSIGNED', bits: 8, clip: 'N_STD', deviations: args.number('n_stds') } as const;
    const limited = clippedRange(measured, rule);
    const larger = (min: number, max: number): number => Math.max(Math.abs(min), Math.abs(max));
    return {
      ...measured,
      per_channel_min: vector(slices.map(({ min }) => min)),
      per_channel_max: vector(slices.map(({ max }) => max)),
      max_abs: larger(measured.min, measured.max),
      avg_max_abs: larger(measured.avg_min, measured.avg_max),
      n_std_min: limited.min,
      n_std_max: limited.max,
      n_std_max_abs: larger(limited.min, limited.max),
    };
  },
  quant_params_from_tensor: ({ args, inputs }) => {
    const { shape, data } = inputs.tensor('x');
    const rule = clipRuleOf(args);
    const perChannel = args.get<boolean>('per_channel');
    const ranges = tensorRanges(Float32Array.from(data), shape, { ...rule, perChannel });
    const parameters = ranges.map((range) => approximated(linearParameters(rule.mode, rule.bits, range), args));
    return asTensors(parameters, perChannel ? [ranges.length, ...shape.slice(1).map(() => 1)] : [1]);
  },
  quant_params_from_stats: ({ args }) => {
    const rule = clipRuleOf(args);
    const range = clippedRange(args.get<RangeStatistics>('stats'), rule);
    return asTensors([approximated(linearParameters(rule.mode, rule.bits, range), args)], [1]);
  },
  quantize_dequantize: ({ args, inputs }) => {
    const { shape, data } = inputs.tensor('x');
    const at = (index: number): LinearParameters => ({
      scale: Math.fround(perSlice(inputs.tensor('scale'), index, data.length)),
      zeroPoint: Math.fround(perSlice(inputs.tensor('zero_point'), index, data.length)),
    });
    const unclamped = data.map((value, index) => quantize(Math.fround(value), at(index)));
    const q = unclamped.map((value) => clampTo(value, { min: args.number('qmin'), max: args.number('qmax') }));
    const dequantized = q.map((value, index) => dequantize(value, at(index)));
    return { unclamped: { shape, data: unclamped }, q: { shape, data: q }, dequantized: { shape, data: dequantized } };
  },
  quantize_ste: async ({ args, inputs }, { math }) => {
    const scale = Math.fround(inputs.tensor('scale').data[0] ?? NaN);
    const zeroPoint = Math.fround(inputs.tensor('zero_point').data[0] ?? NaN);
    const compute = (x: tf.Tensor): tf.Tensor =>
      args.get<boolean>('dequantize')
        ? fakeQuantize(math, x, { scale: math.scalar(scale), zeroPoint: math.scalar(zeroPoint) })
        : math.straightThrough(x, math.round(math.sub(math.mul(x, scale), zeroPoint)));
    const { value, gradient } = await valueAndGradient(compute, inputs.tensor('x'), inputs.tensor('grad_output'));
    return { output: value, grad_x: gradient };
  },
  fake_quant_sequence: ({ args, inputs }, { math }) => {
    const quantizer = createInstance('quantizer', 'QuantAwareTrainRangeLinearQuantizer', {
      ...args.pick('mode', 'ema_decay'),
      bits_activations: args.number('num_bits'),
    });
    const tracker = quantizer.quantizeInput();
    if (tracker === null) throw new Error('The inputs are not quantized');
    return trackBatches(tracker, math, args, inputs);
  },
  scale_approximation: ({ args, inputs }) => {
    const { shape, data } = inputs.tensor('scale');
    const options = { multiplierBits: args.number('mult_bits'), limitShift: args.get<boolean>('limit') };
    const scales = data.map((scale) => approximateScale(Math.fround(scale), options));
    return {
      multiplier: { shape, data: scales.map(({ multiplier }) => multiplier) },
      shift_bits: { shape, data: scales.map(({ shift }) => shift) },
      approximated: { shape, data: scales.map(({ value }) => value) },
    };
  },
  implied_range: ({ args, inputs }) => ({
    ...impliedRange(args.get<LinearMode>('mode'), args.number('num_bits'), {
      scale: Math.fround(inputs.tensor('scale').data[0] ?? NaN),
      zeroPoint: Math.fround(inputs.tensor('zero_point').data[0] ?? NaN),
    }),
  }),
};

/** Output and gradient of a method's fake quantization, by the names of the area `quant_lowbit`. */
export async function outputAndGradient(
  compute: (input: tf.Tensor) => tf.Tensor,
  inputs: Fields,
  name: 'w' | 'x',
): Promise<Record<string, unknown>> {
  const { value, gradient } = await valueAndGradient(compute, inputs.tensor(name), inputs.tensor('grad_output'));
  return { output: value, [`grad_${name}`]: gradient };
}
