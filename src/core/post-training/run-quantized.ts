import { clampTo, dequantize, quantize, type LinearParameters } from '../linear-quantization.ts';
import { evaluateLayer } from '../network-reference.ts';
import { linearForward, type ArrayTensor } from '../network-reference-convolution.ts';
import { isLinear, type LinearLayer } from '../network.ts';
import { roundHalfEven } from '../rounding.ts';
import { roundToHalf } from '../half-float.ts';
import { computesInHalf, inputRule, outputRule, type QuantizedLayer, type QuantizedModel } from './prepare-model.ts';
import {
  accumulatorRange,
  approximated,
  biasFormat,
  formatOfTensor,
  toIntegers,
  toReals,
  type FormatRule,
  type QuantizedFormat,
} from './quantized-format.ts';

/** A tensor in real numbers; one that a quantized layer made lies on the grid of its format. */
interface Activation {
  readonly tensor: ArrayTensor;
  readonly format: QuantizedFormat | null;
}

/** What one layer did with a batch. */
export interface QuantizedLayerTrace {
  readonly layer: QuantizedLayer;
  /** Dequantized output. */
  readonly output: ArrayTensor;
  readonly format: QuantizedFormat | null;
  /** Steps of the accumulator per unit, one per output or one for all; null unless the layer is `linear`. */
  readonly accumulatorScales: readonly number[] | null;
  /** Integers that the bias adds to the accumulator; null without bias, or unless the layer is `linear`. */
  readonly biasIntegers: Float32Array | null;
}

/**
 * Evaluates a prepared network with simulated integer arithmetic (reference 8.4): integers are held in float32, as
 * Distiller does.
 *
 * @param input [samples, ...network.inputShape], in float.
 * @returns Dequantized output of the last layer.
 * @throws RangeError if an input that needs a format has none, or one that was quantized already is to be quantized anew.
 */
export function evaluateQuantized(
  model: QuantizedModel,
  input: ArrayTensor,
  observe?: (trace: QuantizedLayerTrace) => void,
): ArrayTensor {
  const outputs = new Map<string, Activation>();
  let last: Activation = { tensor: input, format: null };
  for (const layer of model.network.layers) {
    const inputs = layer.inputs?.map((name) => outputs.get(name)!) ?? [last];
    const quantized = model.layers.get(layer.name)!;
    const { activation, accumulatorScales = null, biasIntegers = null } = runLayer(model, quantized, inputs);
    last = activation;
    outputs.set(layer.name, last);
    observe?.({ layer: quantized, output: last.tensor, format: last.format, accumulatorScales, biasIntegers });
  }
  return last.tensor;
}

interface LayerResult {
  readonly activation: Activation;
  readonly accumulatorScales?: readonly number[];
  readonly biasIntegers?: Float32Array | null;
}

function runLayer(model: QuantizedModel, quantized: QuantizedLayer, inputs: readonly Activation[]): LayerResult {
  switch (quantized.kind) {
    case 'linear':
      return runLinear(model, quantized, inputs[0]!);
    case 'add':
      return { activation: runAddition(quantized, inputs) };
    case 'fake':
      return { activation: runFake(model, quantized, inputs) };
    case 'identity':
      return { activation: inputs[0]! };
    case 'float':
    case 'weights-only': {
      const tensors = inputs.map(({ tensor }) => tensor);
      return { activation: { tensor: computeInFloat(model, quantized, tensors), format: null } };
    }
  }
}

/** The format of an input: its own, or that of the layer's settings. */
function inputFormat(quantized: QuantizedLayer, { tensor, format }: Activation, index: number): QuantizedFormat {
  const chosen = chooseInputFormat(quantized, format, index);
  return 'parameters' in chosen ? chosen : formatOfTensor(tensor.values, tensor.shape[0]!, chosen);
}

/**
 * How an input is quantized: the format that it comes with, the one that was prepared for it, or the rule to measure it by.
 *
 * @throws RangeError if an override meets an input that is quantized already, or there is no range for one that is not.
 */
export function chooseInputFormat(
  quantized: QuantizedLayer,
  format: QuantizedFormat | null,
  index: number,
): QuantizedFormat | FormatRule {
  const { layer, settings, output, inputFallbacks } = quantized;
  if (format) {
    if (!settings.input_overrides[index]) return format;
    throw new RangeError(`Input ${index} of ${layer.name} is quantized already, so an input override cannot apply`);
  }
  const fallback = inputFallbacks[index];
  if (fallback) return fallback;
  const rule = output ? null : inputRule(quantized, index, false);
  if (rule) return rule;
  throw new RangeError(`Input ${index} of ${layer.name} is not quantized and has no range to quantize it with`);
}

/** Integers of a tensor plus their zero point: real = offset integer / scale. */
function offsetIntegers(values: Float32Array, format: QuantizedFormat): Float32Array {
  return toIntegers(values, format).map((integer) => integer + format.parameters.zeroPoint);
}

function runLinear(model: QuantizedModel, quantized: QuantizedLayer, input: Activation): LayerResult {
  const { settings, kernel, halfRange } = quantized;
  const layer = quantized.layer as LinearLayer;
  const approximationBits = settings.scale_approx_mult_bits;
  const format = inputFormat(quantized, input, 0);
  const formats = kernel!.formats;
  const weights = kernel!.integers.map(
    (integer, index) => integer + formats[index % formats.length]!.parameters.zeroPoint,
  );
  const scales = formats.map(({ parameters }) =>
    approximated(Math.fround(format.parameters.scale * parameters.scale), approximationBits),
  );
  const bias = layer.bias ? biasIntegersOf(quantized, model.values.get(`${layer.name}.bias`)!, scales) : null;
  const integers = { shape: input.tensor.shape, values: offsetIntegers(input.tensor.values, format) };
  const sums = linearForward(layer, integers, weights, null);
  const range = accumulatorRange(settings.bits_accum);
  const outputs = sums.shape.at(-1)!;
  const accumulator = sums.values.map((sum, index) => {
    const total = clampTo(sum + (bias?.[index % outputs] ?? 0), range);
    return halfRange ? Math.max(total, 0) : total;
  });
  const scaleOf = (index: number): number => scales[index % scales.length]!;
  const output =
    quantized.output ??
    measureOutput(
      quantized,
      sums.shape,
      accumulator.map((sum, index) => sum / scaleOf(index)),
    );
  const ratios = scales.map((scale) => approximated(Math.fround(output.parameters.scale / scale), approximationBits));
  const values = accumulator.map((sum, index) => requantize(sum, ratios[index % ratios.length]!, output));
  return {
    activation: { tensor: { shape: sums.shape, values }, format: output },
    accumulatorScales: scales,
    biasIntegers: bias,
  };
}

/** Real value of an integer after it was rescaled and rounded to the output's integers. */
function requantize(integer: number, ratio: number, { parameters, integers }: QuantizedFormat): number {
  const rescaled: LinearParameters = { scale: ratio, zeroPoint: parameters.zeroPoint };
  return dequantize(clampTo(quantize(integer, rescaled), integers), parameters);
}

function measureOutput(quantized: QuantizedLayer, shape: readonly number[], reals: Float32Array): QuantizedFormat {
  return formatOfTensor(reals, shape[0]!, outputRule(quantized.settings, quantized.halfRange));
}

/**
 * The bias in steps of the accumulator. Without statistics it is first quantized on its own, with the accumulator's bits, and
 * these integers are rescaled at every batch.
 *
 * @param scales Steps of the accumulator per unit, one per output or one for all.
 */
export function biasIntegersOf(
  { settings, output }: Pick<QuantizedLayer, 'settings' | 'output'>,
  bias: Float32Array,
  scales: readonly number[],
): Float32Array {
  const range = accumulatorRange(settings.bits_accum);
  const scaleOf = (index: number): number => scales[index % scales.length]!;
  if (output) return bias.map((value, index) => clampTo(roundHalfEven(Math.fround(value * scaleOf(index))), range));
  const own = biasFormat(bias, settings.bits_accum);
  const integers = toIntegers(bias, { ...own, integers: range });
  return integers.map((integer, index) => {
    const ratio = approximated(Math.fround(scaleOf(index) / own.parameters.scale), settings.scale_approx_mult_bits);
    return clampTo(roundHalfEven(Math.fround(integer * ratio)), range);
  });
}

/** Each input is rescaled to the steps of the output, then the integers are added. */
function runAddition(quantized: QuantizedLayer, inputs: readonly Activation[]): Activation {
  const output = quantized.output!;
  const range = accumulatorRange(quantized.settings.bits_accum);
  const rescaled = inputs.map((input, index) => {
    const format = inputFormat(quantized, input, index);
    const ratio = Math.fround(output.parameters.scale / format.parameters.scale);
    return offsetIntegers(input.tensor.values, format).map((integer) =>
      clampTo(roundHalfEven(Math.fround(integer * ratio)), range),
    );
  });
  const { shape } = inputs[0]!.tensor;
  const values = rescaled[0]!.map((first, index) => {
    const sum = rescaled.slice(1).reduce((total, other) => total + other[index]!, first);
    const total = clampTo(sum, range);
    return requantize(quantized.halfRange ? Math.max(total, 0) : total, 1, output);
  });
  return { tensor: { shape, values }, format: output };
}

/** A layer on real numbers, in floats of its width. */
function computeInFloat(model: QuantizedModel, quantized: QuantizedLayer, inputs: readonly ArrayTensor[]): ArrayTensor {
  const halved = ({ shape, values }: ArrayTensor): ArrayTensor => ({ shape, values: roundToHalf(values) });
  if (!computesInHalf(quantized)) return evaluateLayer(quantized.layer, inputs, model.values);
  return halved(evaluateLayer(quantized.layer, inputs.map(halved), model.values));
}

/** A layer with weights, and an addition, take their inputs as they are when they are faked. */
function runFake(model: QuantizedModel, quantized: QuantizedLayer, inputs: readonly Activation[]): Activation {
  const isComputation = isLinear(quantized.layer) || quantized.layer.kind === 'add';
  const quantizesInputs = quantized.settings.quantize_inputs && !isComputation;
  const tensors = inputs.map((input, index) => {
    if (!quantizesInputs) return input.tensor;
    const format = inputFormat(quantized, input, index);
    return { shape: input.tensor.shape, values: toReals(toIntegers(input.tensor.values, format), format) };
  });
  const raw = computeInFloat(model, quantized, tensors);
  const values = quantized.halfRange ? raw.values.map((value) => Math.max(value, 0)) : raw.values;
  const format = quantized.output ?? measureOutput(quantized, raw.shape, values);
  return { tensor: { shape: raw.shape, values: toReals(toIntegers(values, format), format) }, format };
}
