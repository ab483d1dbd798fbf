import { foldNetwork } from '../batch-norm-folding.ts';
import { linkLayers, type LinkedLayer } from '../network-graph.ts';
import { valuesOf, type NetworkValues } from '../network-reference.ts';
import { isLinear, kernelShape, type Layer, type LinearLayer, type Network } from '../network.ts';
import type { CalibrationStatistics, LayerStatistics } from './calibration.ts';
import { roundToHalf } from '../half-float.ts';
import { foldStatistics, fuseActivationRanges } from './prepare-statistics.ts';
import {
  accumulatorRange,
  biasFormat,
  dequantizeKernel,
  formatOfStatistics,
  quantizeKernel,
  toIntegers,
  toReals,
  type FormatRule,
  type QuantizedFormat,
  type QuantizedKernel,
} from './quantized-format.ts';
import {
  layerSettings,
  type InputOverride,
  type LayerOverride,
  type LayerSettings,
  type PostTrainingArguments,
} from './settings.ts';

/**
 * What becomes of a layer. `linear`: integers in, integers out, through an accumulator. `add`: the same for an addition.
 * `fake`: the layer computes in float on quantized inputs and its output is quantized. `weights-only`: only the weights
 * were quantized. `identity`: a ReLU that the layer before it applies to its accumulator. `float`: left alone.
 */
export type QuantizedLayerKind = 'linear' | 'add' | 'fake' | 'weights-only' | 'identity' | 'float';

/** A layer as the preparation leaves it. */
export interface QuantizedLayer {
  readonly layer: Layer;
  readonly kind: QuantizedLayerKind;
  readonly settings: LayerSettings;
  /** The layer applies a ReLU to its result. */
  readonly halfRange: boolean;
  /** That ReLU is the layer behind it, which does nothing any more. */
  readonly fusesActivation: boolean;
  /** Of `linear` and `weights-only`, else null. */
  readonly kernel: QuantizedKernel | null;
  /** The format of the output; null where it is measured at every batch, or not quantized. */
  readonly output: QuantizedFormat | null;
  /** Format of each input that comes without one; null where it is measured at every batch, or must not occur. */
  readonly inputFallbacks: readonly (QuantizedFormat | null)[];
}

/** A network ready for integer arithmetic. Batch normalizations are folded. */
export interface QuantizedModel {
  readonly network: Network;
  /** Weights in float; those of `weights-only` layers hold what is left of them after quantization. */
  readonly values: NetworkValues;
  /** As calibrated, then folded and fused; null without statistics: ranges are then measured at every batch. */
  readonly statistics: CalibrationStatistics | null;
  readonly layers: ReadonlyMap<string, QuantizedLayer>;
  /** Name of each folded batch-norm -> the layer that took it in. */
  readonly folded: ReadonlyMap<string, string>;
}

export interface PostTrainingRequest {
  readonly network: Network;
  readonly values: NetworkValues;
  readonly args: PostTrainingArguments;
  /** The override of a layer, if there is one (`overrides`, reference 8.2). */
  readonly overrideOf?: (layer: string) => LayerOverride | undefined;
  /** Null quantizes dynamically. */
  readonly statistics: CalibrationStatistics | null;
}

/**
 * Prepares a trained network for quantized evaluation (Distiller's `PostTrainLinearQuantizer`, reference 8.4): folds batch
 * normalizations, cuts ranges to what activations can tell apart, lets layers apply the ReLU behind them, quantizes weights.
 *
 * @throws RangeError if statistics of a layer are missing, or a clip mode does not go with its settings.
 */
export function prepareQuantized(request: PostTrainingRequest): QuantizedModel {
  const { network, values, folded } = foldNetwork(request.network, request.values);
  const settings = new Map(
    network.layers.map((layer) => [
      layer.name,
      layerSettings(request.args, isLinear(layer), request.overrideOf?.(layer.name)),
    ]),
  );
  const isQuantized = (layer: string): boolean => settings.get(layer)!.bits_activations !== null;
  const statistics =
    request.statistics && fuseActivationRanges(network, foldStatistics(request.statistics, folded), isQuantized);
  const layers = new Map<string, QuantizedLayer>();
  const graph = linkLayers(network);
  for (const [name, node] of graph) {
    const own = settings.get(name)!;
    const kind = isFusedActivation(node, layers) ? 'identity' : kindOf(node.layer, own, statistics !== null);
    const fuses = computesInIntegers(kind) && isReadByReluOnly(node, graph);
    layers.set(
      name,
      prepareLayer({
        node,
        kind,
        settings: own,
        fuses,
        values,
        statistics: statistics?.get(name) ?? null,
        isStatic: statistics !== null,
      }),
    );
  }
  return { network, values: withQuantizedWeights(values, layers), statistics, layers, folded };
}

function isReadByReluOnly({ consumers }: LinkedLayer, graph: ReadonlyMap<string, LinkedLayer>): boolean {
  return consumers.length === 1 && graph.get(consumers[0]!)!.layer.kind === 'relu';
}

/** A ReLU that alone reads a layer with a quantized output, which applies it. */
function isFusedActivation({ inputs }: LinkedLayer, layers: ReadonlyMap<string, QuantizedLayer>): boolean {
  return layers.get(inputs[0]!)?.fusesActivation === true;
}

const computesInIntegers = (kind: QuantizedLayerKind): boolean =>
  kind === 'linear' || kind === 'add' || kind === 'fake';

function kindOf(layer: Layer, settings: LayerSettings, isStatic: boolean): QuantizedLayerKind {
  const { bits_activations, bits_weights, fake } = settings;
  if (isLinear(layer) && bits_weights !== null && !fake) return bits_activations === null ? 'weights-only' : 'linear';
  if (bits_activations === null) return 'float';
  if (layer.kind !== 'add' || fake) return 'fake';
  return isStatic ? 'add' : 'float';
}

interface LayerTask {
  readonly node: LinkedLayer;
  readonly kind: QuantizedLayerKind;
  readonly settings: LayerSettings;
  readonly fuses: boolean;
  readonly values: NetworkValues;
  readonly statistics: LayerStatistics | null;
  readonly isStatic: boolean;
}

function prepareLayer(task: LayerTask): QuantizedLayer {
  const { node, kind, settings, fuses } = task;
  const { layer } = node;
  const isQuantized = computesInIntegers(kind);
  const halfRange = isQuantized && [fuses, settings.clip_half_range, layer.kind === 'relu'].includes(true);
  const formats =
    isQuantized && task.isStatic
      ? staticFormats(task, halfRange)
      : { output: null, inputs: node.inputs.map(() => null) };
  return {
    layer,
    kind,
    settings,
    halfRange,
    fusesActivation: fuses,
    kernel: kind === 'linear' || kind === 'weights-only' ? quantizedKernel(layer, settings, task.values) : null,
    output: formats.output,
    inputFallbacks: formats.inputs,
  };
}

function quantizedKernel(layer: Layer, settings: LayerSettings, values: NetworkValues): QuantizedKernel {
  const outputs = kernelShape(layer as LinearLayer).at(-1)!;
  return quantizeKernel(valuesOf(values, `${layer.name}.weight`), outputs, {
    mode: settings.mode.weights,
    bits: settings.bits_weights!,
    clip: settings.also_clip_weights ? settings.clip_acts : 'NONE',
    perChannel: settings.per_channel_wts,
    ...(settings.clip_n_stds !== null && { deviations: settings.clip_n_stds }),
  });
}

/** How the output of a layer is quantized, and unless told otherwise its inputs. */
export function outputRule(settings: LayerSettings, halfRange: boolean): FormatRule {
  return {
    mode: settings.mode.activations,
    bits: settings.bits_activations!,
    clip: settings.clip_acts,
    halfRange,
    approximationBits: settings.scale_approx_mult_bits,
    ...(settings.clip_n_stds !== null && { deviations: settings.clip_n_stds }),
  };
}

/**
 * How an input that comes without a format is quantized; null if it must come with one. As in Distiller a recorded input
 * inherits the half range of a layer that applies a ReLU, although the input is not one-sided; one with settings of its own
 * does not, nor one that is measured.
 */
export function inputRule({ settings, halfRange }: RuleSource, index: number, isStatic: boolean): FormatRule | null {
  const own: InputOverride | undefined = settings.input_overrides[index];
  if (!own) return settings.inputs_quant_auto_fallback ? outputRule(settings, halfRange && isStatic) : null;
  const output = outputRule(settings, false);
  if (own.from_output === true) return output;
  return {
    ...output,
    mode: own.mode ?? output.mode,
    bits: own.bits_activations ?? output.bits,
    clip: own.clip_acts ?? output.clip,
    ...(own.clip_n_stds !== undefined && { deviations: own.clip_n_stds }),
  };
}

type RuleSource = Pick<QuantizedLayer, 'settings' | 'halfRange'>;

function staticFormats({ node, settings, statistics }: LayerTask, halfRange: boolean) {
  if (!statistics) throw new RangeError(`There are no statistics of the layer ${node.layer.name}`);
  const [first] = statistics.inputs;
  // A ReLU of its own is clipped by the distribution of what goes into it: behind it, half of that is missing.
  const isRelu = node.layer.kind === 'relu' && first !== undefined;
  const distribution = isRelu ? { mean: first.mean, std: first.std, b: first.b } : {};
  const inputs = node.inputs.map((_, index) => {
    const recorded = statistics.inputs[index];
    const rule = inputRule({ settings, halfRange }, index, true);
    return recorded && rule ? formatOfStatistics(recorded, rule) : null;
  });
  const output = formatOfStatistics({ ...statistics.output, ...distribution }, outputRule(settings, halfRange));
  return { inputs, output };
}

/**
 * Whether a layer computes with floats of half the width (`fpq_module: 16`): its weights, inputs and outputs are rounded to
 * them, and sums are kept in single precision, as graphics cards do it.
 */
export function computesInHalf({ kind, settings }: Pick<QuantizedLayer, 'kind' | 'settings'>): boolean {
  return settings.float_width === 16 && (kind === 'float' || kind === 'fake');
}

/** Weights of `weights-only` layers are what their integers stand for; so are their biases, in accumulator bits. */
function withQuantizedWeights(values: NetworkValues, layers: ReadonlyMap<string, QuantizedLayer>): NetworkValues {
  const result = new Map(values);
  for (const [name, value] of values) {
    const layer = layers.get(name.slice(0, name.lastIndexOf('.')));
    if (layer && computesInHalf(layer)) result.set(name, roundToHalf(value));
  }
  for (const [name, { kind, kernel, settings }] of layers) {
    if (kind !== 'weights-only' || !kernel) continue;
    result.set(`${name}.weight`, dequantizeKernel(kernel));
    const bias = values.get(`${name}.bias`);
    if (!bias) continue;
    const format = biasFormat(bias, settings.bits_accum);
    result.set(
      `${name}.bias`,
      toReals(toIntegers(bias, { ...format, integers: accumulatorRange(settings.bits_accum) }), format),
    );
  }
  return result;
}
