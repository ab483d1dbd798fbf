import * as tf from '@tensorflow/tfjs-core';
import { roundToHalf } from '../../core/half-float.ts';
import type { IntegerRange } from '../../core/linear-quantization.ts';
import { isLinear, type LinearLayer } from '../../core/network.ts';
import { valuesOf } from '../../core/network-reference.ts';
import {
  computesInHalf,
  outputRule,
  type QuantizedLayer,
  type QuantizedModel,
} from '../../core/post-training/prepare-model.ts';
import {
  accumulatorRange,
  approximated,
  formatOfTensor,
  type FormatRule,
  type QuantizedFormat,
} from '../../core/post-training/quantized-format.ts';
import { biasIntegersOf, chooseInputFormat } from '../../core/post-training/run-quantized.ts';
import { inferLayer, uploadValues } from './device-network.ts';

/** A tensor on the device in real numbers, and if a quantized layer made it, as integers plus their zero point. */
interface Activation {
  readonly reals: tf.Tensor;
  readonly integers: tf.Tensor | null;
  readonly format: QuantizedFormat | null;
}

/** What one layer did with a batch. */
export interface DeviceTrace {
  readonly layer: QuantizedLayer;
  /** Dequantized output; freed with the pass. */
  readonly output: tf.Tensor;
  readonly format: QuantizedFormat | null;
  /** As `QuantizedLayerTrace` has them. */
  readonly accumulatorScales: readonly number[] | null;
  readonly biasIntegers: Float32Array | null;
}

export type TraceObserver = (trace: DeviceTrace) => Promise<void>;

interface LayerResult {
  readonly activation: Activation;
  readonly accumulatorScales?: readonly number[];
  readonly biasIntegers?: Float32Array | null;
}

/**
 * A prepared network on the current backend: integers held in float32, as `evaluateQuantized` of `core` computes them, with
 * the convolutions and products on the device. Ranges that are measured at every batch are measured on the host. Who
 * creates it disposes it.
 */
export class QuantizedNetwork {
  private readonly model: QuantizedModel;
  private readonly weights: ReadonlyMap<string, tf.Tensor>;
  /** Kernels of `linear` layers as integers plus their zero point. */
  private readonly kernels: ReadonlyMap<string, tf.Tensor>;

  constructor(model: QuantizedModel) {
    this.model = model;
    this.weights = uploadValues(model.network, model.values);
    this.kernels = new Map(
      Array.from(model.layers).flatMap(([name, { kind, kernel }]): [string, tf.Tensor][] => {
        if (kind !== 'linear' || !kernel) return [];
        const { integers, formats } = kernel;
        const offset = integers.map((value, at) => value + formats[at % formats.length]!.parameters.zeroPoint);
        return [[name, tf.tensor(offset, this.weights.get(`${name}.weight`)!.shape)]];
      }),
    );
  }

  /**
   * Dequantized output of the last layer.
   *
   * @param input [samples, ...network.inputShape], in float.
   * @throws RangeError as `evaluateQuantized`.
   */
  async predict(input: tf.Tensor, observe?: TraceObserver): Promise<Float32Array> {
    const made = new Set<tf.Tensor>();
    const outputs = new Map<string, Activation>();
    let last: Activation = { reals: input, integers: null, format: null };
    try {
      for (const layer of this.model.network.layers) {
        const inputs = layer.inputs?.map((name) => outputs.get(name)!) ?? [last];
        const quantized = this.model.layers.get(layer.name)!;
        const { activation, accumulatorScales = null, biasIntegers = null } = await this.run(quantized, inputs);
        last = activation;
        outputs.set(layer.name, last);
        for (const tensor of [last.reals, last.integers]) if (tensor && tensor !== input) made.add(tensor);
        await observe?.({
          layer: quantized,
          output: last.reals,
          format: last.format,
          accumulatorScales,
          biasIntegers,
        });
      }
      return Float32Array.from(await last.reals.data());
    } finally {
      tf.dispose([...made]);
    }
  }

  dispose(): void {
    tf.dispose([...this.weights.values(), ...this.kernels.values()]);
  }

  private async run(quantized: QuantizedLayer, inputs: readonly Activation[]): Promise<LayerResult> {
    switch (quantized.kind) {
      case 'linear':
        return await this.runLinear(quantized, inputs[0]!);
      case 'add':
        return { activation: await runAddition(quantized, inputs) };
      case 'fake':
        return { activation: await this.runFake(quantized, inputs) };
      case 'identity':
        return { activation: inputs[0]! };
      case 'float':
      case 'weights-only': {
        const reals = await this.infer(quantized, inputs);
        return { activation: { reals, integers: null, format: null } };
      }
    }
  }

  /** The layer on real numbers, in floats of its width. The caller owns what comes back. */
  private async infer(quantized: QuantizedLayer, inputs: readonly Activation[]): Promise<tf.Tensor> {
    const isHalf = computesInHalf(quantized);
    const taken = isHalf
      ? await Promise.all(inputs.map(({ reals }) => halved(reals)))
      : inputs.map(({ reals }) => reals);
    const computed = tf.tidy(() => inferLayer(quantized.layer, taken, (name) => this.weights.get(name)!));
    if (!isHalf) return computed;
    try {
      return await halved(computed);
    } finally {
      tf.dispose([computed, ...taken]);
    }
  }

  private async runLinear(quantized: QuantizedLayer, input: Activation): Promise<LayerResult> {
    const { settings, kernel, halfRange } = quantized;
    const layer = quantized.layer as LinearLayer;
    const approximate = (scale: number): number => approximated(Math.fround(scale), settings.scale_approx_mult_bits);
    const format = await inputFormat(quantized, input, 0);
    const scales = kernel!.formats.map(({ parameters }) => approximate(format.parameters.scale * parameters.scale));
    const bias = layer.bias
      ? biasIntegersOf(quantized, valuesOf(this.model.values, `${layer.name}.bias`), scales)
      : null;
    const accumulator = tf.tidy(() => {
      const kernelOf = (): tf.Tensor => this.kernels.get(layer.name)!;
      const sums = inferLayer({ ...layer, bias: false }, [integersOf(input, format)], kernelOf);
      const total = clamp(bias ? tf.add(sums, tf.tensor1d(bias)) : sums, accumulatorRange(settings.bits_accum));
      return halfRange ? tf.maximum(total, 0) : total;
    });
    try {
      const output = quantized.output ?? (await measureOutput(quantized, accumulator, scales));
      const ratios = scales.map((scale) => approximate(output.parameters.scale / scale));
      const activation = requantized(accumulator, ratios, output);
      return { activation, accumulatorScales: scales, biasIntegers: bias };
    } finally {
      accumulator.dispose();
    }
  }

  /** A layer with weights, and an addition, take their inputs as they are when they are faked. */
  private async runFake(quantized: QuantizedLayer, inputs: readonly Activation[]): Promise<Activation> {
    const isComputation = isLinear(quantized.layer) || quantized.layer.kind === 'add';
    const formats: (QuantizedFormat | null)[] = inputs.map(() => null);
    if (quantized.settings.quantize_inputs && !isComputation) {
      for (const [index, input] of inputs.entries()) formats[index] = await inputFormat(quantized, input, index);
    }
    const fresh = inputs.map((input, index) => {
      const format = formats[index];
      return format && !input.format ? tf.tidy(() => fromIntegers(integersOf(input, format), format).reals) : null;
    });
    const computed = await this.infer(
      quantized,
      inputs.map((input, index) => ({ ...input, reals: fresh[index] ?? input.reals })),
    );
    const raw = quantized.halfRange ? tf.maximum(computed, 0) : computed;
    tf.dispose(fresh.filter((tensor) => tensor !== null));
    if (raw !== computed) computed.dispose();
    try {
      const format = quantized.output ?? (await measured(raw, outputRule(quantized.settings, quantized.halfRange)));
      const integers = tf.tidy(() => quantizeTensor(raw, format));
      return fromIntegers(integers, format);
    } finally {
      raw.dispose();
    }
  }
}

/** Rounded on the host, to the bit: there are half floats on few devices, and few tensors are rounded to them. */
async function halved(tensor: tf.Tensor): Promise<tf.Tensor> {
  return tf.tensor(roundToHalf(Float32Array.from(await tensor.data())), tensor.shape);
}

/** Each input is rescaled to the steps of the output, then the integers are added. */
async function runAddition(quantized: QuantizedLayer, inputs: readonly Activation[]): Promise<Activation> {
  const output = quantized.output!;
  const range = accumulatorRange(quantized.settings.bits_accum);
  const formats: QuantizedFormat[] = [];
  for (const [index, input] of inputs.entries()) formats.push(await inputFormat(quantized, input, index));
  const total = tf.tidy(() => {
    const rescaled = inputs.map((input, index) => {
      const format = formats[index]!;
      const ratio = Math.fround(output.parameters.scale / format.parameters.scale);
      return clamp(tf.round(tf.mul(integersOf(input, format), ratio)), range);
    });
    const sum = clamp(
      rescaled.reduce((a, b) => tf.add(a, b)),
      range,
    );
    return quantized.halfRange ? tf.maximum(sum, 0) : sum;
  });
  const activation = requantized(total, [1], output);
  total.dispose();
  return activation;
}

async function inputFormat(quantized: QuantizedLayer, input: Activation, index: number): Promise<QuantizedFormat> {
  const chosen = chooseInputFormat(quantized, input.format, index);
  return 'parameters' in chosen ? chosen : await measured(input.reals, chosen);
}

/** The format that a rule gives a tensor, whose first dimension counts samples. */
async function measured(tensor: tf.Tensor, rule: FormatRule): Promise<QuantizedFormat> {
  return formatOfTensor(Float32Array.from(await tensor.data()), tensor.shape[0], rule);
}

async function measureOutput(
  quantized: QuantizedLayer,
  accumulator: tf.Tensor,
  scales: readonly number[],
): Promise<QuantizedFormat> {
  const sums = Float32Array.from(await accumulator.data());
  const reals = sums.map((sum, index) => sum / scales[index % scales.length]!);
  return formatOfTensor(reals, accumulator.shape[0], outputRule(quantized.settings, quantized.halfRange));
}

const clamp = (values: tf.Tensor, { min, max }: IntegerRange): tf.Tensor => tf.minimum(tf.maximum(values, min), max);

/** The integers of an activation in a format, plus the zero point. */
function integersOf({ reals, integers, format: own }: Activation, format: QuantizedFormat): tf.Tensor {
  return integers && own === format ? integers : quantizeTensor(reals, format);
}

function quantizeTensor(reals: tf.Tensor, { parameters, integers }: QuantizedFormat): tf.Tensor {
  const { scale, zeroPoint } = parameters;
  return tf.add(clamp(tf.round(tf.sub(tf.mul(reals, scale), zeroPoint)), integers), zeroPoint);
}

/** Integers rescaled to the output's steps, one ratio per channel or one for all. The caller owns what comes back. */
function requantized(sums: tf.Tensor, ratios: readonly number[], format: QuantizedFormat): Activation {
  const { zeroPoint } = format.parameters;
  const integers = tf.tidy(() => {
    const rescaled = tf.mul(sums, ratios.length === 1 ? ratios[0]! : tf.tensor1d([...ratios]));
    return tf.add(clamp(tf.round(tf.sub(rescaled, zeroPoint)), format.integers), zeroPoint);
  });
  return fromIntegers(integers, format);
}

/** @param integers Plus the zero point. */
function fromIntegers(integers: tf.Tensor, format: QuantizedFormat): Activation {
  return { reals: tf.tidy(() => tf.div(integers, format.parameters.scale)), integers, format };
}
