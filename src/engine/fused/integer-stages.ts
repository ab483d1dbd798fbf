import type { IntegerRange } from '../../core/linear-quantization.ts';
import type { Layer, LinearLayer, Network } from '../../core/network.ts';
import { networkInput } from '../../core/network-graph.ts';
import { type NetworkValues, valuesOf } from '../../core/network-reference.ts';
import { computesInHalf, type QuantizedLayer, type QuantizedModel } from '../../core/post-training/prepare-model.ts';
import {
  accumulatorRange,
  approximated,
  type FormatRule,
  type QuantizedFormat,
} from '../../core/post-training/quantized-format.ts';
import { biasIntegersOf, chooseInputFormat } from '../../core/post-training/run-quantized.ts';

/** What is done with each value of a tensor on its own. Integers are held in float32, plus their zero point. */
export type IntegerStage =
  /** Sums of products become integers of a format: by one ratio for all or one per channel, after a clamp. */
  | {
      readonly kind: 'rescale';
      readonly ratios: readonly number[];
      readonly range: IntegerRange;
      readonly halfRange: boolean;
      readonly format: QuantizedFormat;
    }
  /** Reals become integers. */
  | { readonly kind: 'quantize'; readonly format: QuantizedFormat }
  /** Integers become reals. */
  | { readonly kind: 'reals'; readonly scale: number }
  /** What is below zero becomes zero. */
  | { readonly kind: 'positive' };

/** A quantized model as its float network with other weights, and what happens between its layers. */
export interface IntegerPlan {
  /** By the layer whose output it is, or `networkInput`, in order; what a layer that only reshapes does is at the one before. */
  readonly stages: ReadonlyMap<string, readonly IntegerStage[]>;
  /** Kernels as integers plus their zero points, biases as integers of the accumulator. */
  readonly values: NetworkValues;
}

/** Sums of integers up to here are exact in float32, in whatever order. */
const largestExact = 2 ** 24;

/**
 * What a model whose ranges are known does, as far as it comes out the same whoever computes it: a chain of layers with
 * weights, of ReLUs, of maxima and of layers that reshape. Null for others: with ranges that are measured at every batch,
 * layers with weights that compute in float, means, half floats, or sums beyond 2²⁴.
 *
 * @throws RangeError as `chooseInputFormat`.
 */
export function planIntegers(model: QuantizedModel): IntegerPlan | null {
  if (!isChain(model.network)) return null;
  const walk = new Walk(model);
  const isDone = model.network.layers.every((layer) => walk.pass(model.layers.get(layer.name)!));
  return isDone ? walk.end() : null;
}

function isChain({ layers, exits = [] }: Network): boolean {
  const before = (at: number): string => layers[at - 1]?.name ?? networkInput;
  return exits.length === 0 && layers.every(({ inputs }, at) => !inputs || inputs.join() === before(at));
}

/** Goes through the layers in order. */
class Walk {
  private readonly values: Map<string, Float32Array>;
  private readonly stages = new Map<string, IntegerStage[]>([[networkInput, []]]);
  private site = networkInput;
  /** Of the tensor at hand; null: it was never quantized. */
  private format: QuantizedFormat | null = null;
  /** Whether integers are at hand, not reals. */
  private isInteger = false;

  constructor({ values }: QuantizedModel) {
    this.values = new Map(values);
  }

  end(): IntegerPlan {
    this.needReals();
    return { stages: this.stages, values: this.values };
  }

  /** False if the layer cannot be told in stages. */
  pass(quantized: QuantizedLayer): boolean {
    const { kind, layer } = quantized;
    if (kind === 'linear') return this.passLinear(quantized);
    if (!['relu', 'max-pool', 'flatten'].includes(layer.kind) || computesInHalf(quantized)) return false;
    if (kind === 'fake') return this.passFake(quantized);
    if (kind === 'float') {
      this.needReals();
      this.format = null;
    }
    this.enter(layer);
    return kind === 'float' || kind === 'identity';
  }

  private passLinear(quantized: QuantizedLayer): boolean {
    const { settings, kernel, halfRange, output } = quantized;
    const layer = quantized.layer as LinearLayer;
    const input = known(chooseInputFormat(quantized, this.format, 0));
    if (input === null || output === null || kernel === null || !keepsZero(output)) return false;
    const approximate = (scale: number): number => approximated(Math.fround(scale), settings.scale_approx_mult_bits);
    const scales = kernel.formats.map(({ parameters }) => approximate(input.parameters.scale * parameters.scale));
    const bias = layer.bias ? biasIntegersOf(quantized, valuesOf(this.values, `${layer.name}.bias`), scales) : null;
    const weights = kernel.integers.map(
      (value, at) => value + kernel.formats[at % kernel.formats.length]!.parameters.zeroPoint,
    );
    if (!isExact(weights, bias, { input, outputs: outputsOf(layer) }) || !this.needIntegers(input)) return false;
    this.values.set(`${layer.name}.weight`, weights);
    if (bias) this.values.set(`${layer.name}.bias`, bias);
    this.enter(layer);
    const ratios = scales.map((scale) => approximate(output.parameters.scale / scale));
    this.add({ kind: 'rescale', ratios, range: accumulatorRange(settings.bits_accum), halfRange, format: output });
    this.become(output);
    return true;
  }

  private passFake(quantized: QuantizedLayer): boolean {
    const { settings, halfRange, output } = quantized;
    if (output === null || !keepsZero(output)) return false;
    if (settings.quantize_inputs) {
      const input = known(chooseInputFormat(quantized, this.format, 0));
      if (input === null || !this.needIntegers(input)) return false;
    }
    this.needReals();
    this.enter(quantized.layer);
    if (halfRange) this.add({ kind: 'positive' });
    this.add({ kind: 'quantize', format: output });
    this.become(output);
    return true;
  }

  private enter({ kind, name }: Layer): void {
    if (kind === 'flatten') return;
    this.site = name;
    this.stages.set(name, []);
  }

  private add(stage: IntegerStage): void {
    this.stages.get(this.site)!.push(stage);
  }

  private become(format: QuantizedFormat): void {
    this.format = format;
    this.isInteger = true;
  }

  /** What is a tensor of integers already has this format. False if zeros would not stay zeros. */
  private needIntegers(format: QuantizedFormat): boolean {
    if (this.isInteger) return true;
    this.add({ kind: 'quantize', format });
    this.become(format);
    return keepsZero(format);
  }

  private needReals(): void {
    if (this.isInteger) this.add({ kind: 'reals', scale: this.format!.parameters.scale });
    this.isInteger = false;
  }
}

const known = (chosen: QuantizedFormat | FormatRule): QuantizedFormat | null =>
  'parameters' in chosen ? chosen : null;

/** Borders and filled channels are zeros, and stay so if zero is one of the integers. */
function keepsZero({ parameters: { zeroPoint }, integers }: QuantizedFormat): boolean {
  return Number.isInteger(zeroPoint) && integers.min <= -zeroPoint && -zeroPoint <= integers.max;
}

/** Length of a kernel's last axis. */
function outputsOf(layer: LinearLayer): number {
  if (layer.kind === 'dense') return layer.outFeatures;
  return layer.kind === 'conv2d' ? layer.outChannels : layer.channels;
}

function isExact(
  weights: Float32Array,
  bias: Float32Array | null,
  { input, outputs }: { readonly input: QuantizedFormat; readonly outputs: number },
): boolean {
  const { zeroPoint } = input.parameters;
  const largest = Math.max(Math.abs(input.integers.min + zeroPoint), Math.abs(input.integers.max + zeroPoint));
  const most = Array.from({ length: outputs }, (_, output) => Math.abs(bias?.[output] ?? 0));
  weights.forEach((weight, at) => (most[at % outputs]! += Math.abs(weight) * largest));
  return most.every((sum) => sum < largestExact);
}
