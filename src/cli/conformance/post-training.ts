import type { ClipMode } from '../../core/clip-ranges.ts';
import type { LinearMode } from '../../core/linear-quantization.ts';
import { evaluateNetwork } from '../../core/network-reference.ts';
import { collectStatistics, type CalibrationStatistics } from '../../core/post-training/calibration.ts';
import { prepareQuantized, type QuantizedLayer, type QuantizedModel } from '../../core/post-training/prepare-model.ts';
import { evaluateQuantized, type QuantizedLayerTrace } from '../../core/post-training/run-quantized.ts';
import type { LayerOverride, PostTrainingArguments } from '../../core/post-training/settings.ts';
import { assignPatterns } from '../../schedule/match-modules.ts';
import type { Adapters } from './adapter.ts';
import { pytorchClasses } from './batch-norm-folding.ts';
import { networkOf, samplesOf, TensorDoor, type ModelDescription, type NamedTensors } from './recorded-model.ts';
import { vector, type Fields, type VectorCase, type VectorTensor } from './vector-file.ts';

/** Post-training quantization of whole models. */
export const postTraining: Adapters = { ptq_model: runPostTraining };

function runPostTraining({ args, inputs }: VectorCase): Record<string, unknown> {
  const x = inputs.tensor('x');
  const description = args.get<ModelDescription>('model');
  const network = networkOf(description, x.shape.slice(1));
  const values = new TensorDoor(network).valuesFromFile(inputs.get<NamedTensors>('params'));
  const batches = inputs.get<readonly VectorTensor[]>('calibration').map(samplesOf);
  const statistics = args.get<boolean>('calibrate') ? collectStatistics(network, values, batches, 'distiller') : null;
  const prepared = prepareQuantized({
    network,
    values,
    statistics,
    args: argumentsOf(args),
    overrideOf: overridesOf(args, description),
  });
  const traces = new Map<string, QuantizedLayerTrace>();
  const quantized = evaluateQuantized(prepared, samplesOf(x), (trace) => traces.set(trace.layer.layer.name, trace));
  const door = new TensorDoor(prepared.network);
  const wrapped = [...traces].filter(([, { layer }]) => wrapperOf(layer) !== null);
  return {
    calibration_stats: statistics && statisticsToFile(statistics),
    stats_after_preparation: prepared.statistics && statisticsToFile(prepared.statistics),
    float_logits: door.outputToFile('', evaluateNetwork(network, samplesOf(x), values)),
    quantized_logits: door.outputToFile('', quantized),
    layers: Object.fromEntries(wrapped.map(([name, trace]) => [name, layerToFile(trace, prepared, door, description)])),
    layer_outputs: Object.fromEntries(wrapped.map(([name, { output }]) => [name, door.outputToFile(name, output)])),
    modules: Object.fromEntries(description.map(({ name, type }) => [name, moduleClass(name, type, prepared)])),
  };
}

function argumentsOf(args: Fields): PostTrainingArguments {
  return {
    bits_activations: args.get<number | null>('bits_activations'),
    bits_parameters: args.get<number | null>('bits_parameters'),
    bits_accum: args.number('bits_accum'),
    mode: { activations: args.get<LinearMode>('mode_activations'), weights: args.get<LinearMode>('mode_weights') },
    clip_acts: args.get<ClipMode>('clip_acts'),
    clip_n_stds: args.get<number | null>('clip_n_stds'),
    clip_half_range: false,
    per_channel_wts: args.get<boolean>('per_channel_wts'),
    scale_approx_mult_bits: args.get<number | null>('scale_approx_mult_bits'),
    inputs_quant_auto_fallback: true,
    also_clip_weights: args.get<boolean>('also_clip_weights'),
  };
}

/** An override as files write it: one mode may stand for both. */
type WrittenOverride = Omit<LayerOverride, 'mode'> & { readonly mode?: LinearMode | LayerOverride['mode'] };

function overridesOf(args: Fields, model: ModelDescription): (layer: string) => LayerOverride | undefined {
  const overrides = new Map(args.get<readonly (readonly [string, WrittenOverride])[]>('overrides'));
  const names = model.map(({ name }) => name);
  const patterns = assignPatterns([...overrides.keys()], names);
  return (layer) => {
    const written = overrides.get(patterns.get(layer) ?? '');
    if (!written) return undefined;
    const { mode, ...rest } = written;
    if (mode === undefined) return rest;
    return { ...rest, mode: typeof mode === 'string' ? { activations: mode, weights: mode } : mode };
  };
}

/** Distiller's class for what a layer became; null if it was not wrapped. */
function wrapperOf({ kind }: QuantizedLayer): string | null {
  if (kind === 'linear' || kind === 'weights-only') return 'RangeLinearQuantParamLayerWrapper';
  if (kind === 'fake') return 'RangeLinearFakeQuantWrapper';
  return kind === 'add' ? 'RangeLinearQuantEltwiseAddWrapper' : null;
}

function moduleClass(name: string, type: string, { layers, folded }: QuantizedModel): string | undefined {
  const layer = layers.get(name);
  if (folded.has(name) || layer?.kind === 'identity') return 'Identity';
  return (layer && wrapperOf(layer)) ?? pytorchClasses[type];
}

function statisticsToFile(statistics: CalibrationStatistics): Record<string, unknown> {
  return Object.fromEntries(Array.from(statistics, ([name, { inputs, output }]) => [name, { inputs, output }]));
}

function layerToFile(
  trace: QuantizedLayerTrace,
  model: QuantizedModel,
  door: TensorDoor,
  description: ModelDescription,
): Record<string, unknown> {
  const { layer, halfRange, output, inputFallbacks } = trace.layer;
  const type = description.find(({ name }) => name === layer.name)?.type ?? '';
  const fallbacks = inputFallbacks.map(
    (format) =>
      format && [format.parameters.scale, format.parameters.zeroPoint, format.integers.min, format.integers.max],
  );
  return {
    wrapper: wrapperOf(trace.layer),
    wrapped: pytorchClasses[type],
    clip_half_range: halfRange,
    ...weightsToFile(trace, model, door),
    ...(output && {
      output_scale: output.parameters.scale,
      output_zero_point: output.parameters.zeroPoint,
      input_fallback: fallbacks,
    }),
  };
}

function weightsToFile(
  { layer: quantized, accumulatorScales, biasIntegers }: QuantizedLayerTrace,
  model: QuantizedModel,
  door: TensorDoor,
): Record<string, unknown> {
  const { layer, kind, kernel, settings } = quantized;
  if (!kernel) return {};
  const perOutput = (values: readonly number[], dimensions: number): VectorTensor => ({
    shape: settings.per_channel_wts ? [values.length, ...Array.from({ length: dimensions }, () => 1)] : [values.length],
    data: values,
  });
  const spatial = layer.kind === 'conv2d' ? 2 : 0;
  const parameters = kernel.formats.map((format) => format.parameters);
  const left = kind === 'weights-only' ? model.values.get(`${layer.name}.weight`) : undefined;
  return {
    w_scale: perOutput(
      parameters.map(({ scale }) => scale),
      spatial + 1,
    ),
    w_zero_point: perOutput(
      parameters.map(({ zeroPoint }) => zeroPoint),
      spatial + 1,
    ),
    weight_after_preparation: door.valueToFile(`${layer.name}.weight`, left ?? kernel.integers),
    ...(accumulatorScales && { accum_scale: perOutput(accumulatorScales, spatial) }),
    bias_quantized: biasIntegers && vector(biasIntegers),
  };
}
