import type { ClipMode } from '../../core/clip-ranges.ts';
import type { LinearMode } from '../../core/linear-quantization.ts';
import type { Network } from '../../core/network.ts';
import type { NetworkValues } from '../../core/network-reference.ts';
import type { ArrayTensor } from '../../core/network-reference-convolution.ts';
import type { CalibrationStatistics } from '../../core/post-training/calibration.ts';
import { prepareQuantized, type QuantizedLayer, type QuantizedModel } from '../../core/post-training/prepare-model.ts';
import { evaluateQuantized } from '../../core/post-training/run-quantized.ts';
import type { LayerOverride, PostTrainingArguments } from '../../core/post-training/settings.ts';
import { calibrate } from '../../engine/analysis/calibrate.ts';
import { DeviceNetwork } from '../../engine/analysis/device-network.ts';
import { type DeviceTrace, QuantizedNetwork } from '../../engine/analysis/quantized-network.ts';
import type { AnalysisSource } from '../../engine/analysis/trained-model.ts';
import { RecordedIntegers } from '../../engine/fused/recorded-integers.ts';
import { assignPatterns } from '../../methods/match-modules.ts';
import type { Adapters } from './adapter.ts';
import { pytorchClasses } from './batch-norm-folding.ts';
import { expectAgreement, inferOnDevice, upload } from './device.ts';
import { networkOf, samplesOf, TensorDoor, type ModelDescription, type NamedTensors } from './recorded-model.ts';
import { vector, type Fields, type VectorCase, type VectorTensor } from './vector-file.ts';

/** Post-training quantization of whole models, on the device. */
export const postTraining: Adapters = { ptq_model: runPostTraining };

async function runPostTraining(vectorCase: VectorCase): Promise<Record<string, unknown>> {
  const { args, inputs } = vectorCase;
  const x = inputs.tensor('x');
  const description = args.get<ModelDescription>('model');
  const network = networkOf(description, x.shape.slice(1));
  const values = new TensorDoor(network).valuesFromFile(inputs.get<NamedTensors>('params'));
  const statistics = args.get<boolean>('calibrate')
    ? await calibrateOnDevice(network, values, inputs.get<readonly VectorTensor[]>('calibration'))
    : null;
  const prepared = prepareQuantized({
    network,
    values,
    statistics,
    args: argumentsOf(args),
    overrideOf: overridesOf(args, description),
  });
  const { logits, traces } = await quantizeOnDevice(prepared, samplesOf(x), vectorCase);
  const door = new TensorDoor(prepared.network);
  const wrapped = [...traces].filter(([, { layer }]) => wrapperOf(layer) !== null);
  return {
    calibration_stats: statistics && statisticsToFile(statistics),
    stats_after_preparation: prepared.statistics && statisticsToFile(prepared.statistics),
    float_logits: door.outputToFile('', await inferOnDevice({ network, values }, samplesOf(x), vectorCase)),
    quantized_logits: door.outputToFile('', logits),
    layers: Object.fromEntries(wrapped.map(([name, trace]) => [name, layerToFile(trace, prepared, door, description)])),
    layer_outputs: Object.fromEntries(wrapped.map(([name, { output }]) => [name, door.outputToFile(name, output)])),
    modules: Object.fromEntries(description.map(({ name, type }) => [name, moduleClass(name, type, prepared)])),
  };
}

async function calibrateOnDevice(
  network: Network,
  values: NetworkValues,
  recorded: readonly VectorTensor[],
): Promise<CalibrationStatistics> {
  const device = new DeviceNetwork({ network, values, replaced: null });
  const batches = recorded.map(samplesOf).map((batch) => upload(batch.shape, batch.values));
  const statistics = await calibrate({ network: device, batches, rule: 'distiller' });
  for (const batch of batches) batch.dispose();
  device.dispose();
  return statistics;
}

/** What one layer did, with its output on the host. */
type HostTrace = Omit<DeviceTrace, 'output'> & { readonly output: ArrayTensor };

async function quantizeOnDevice(
  model: QuantizedModel,
  input: ArrayTensor,
  tolerance: Pick<VectorCase, 'atol' | 'rtol'>,
): Promise<{ readonly logits: ArrayTensor; readonly traces: ReadonlyMap<string, HostTrace> }> {
  const traces = new Map<string, HostTrace>();
  const device = new QuantizedNetwork(model);
  const inputs = upload(input.shape, input.values);
  const values = await device.predict(inputs, async (trace) => {
    const output = { shape: trace.output.shape, values: Float32Array.from(await trace.output.data()) };
    traces.set(trace.layer.layer.name, { ...trace, output });
  });
  inputs.dispose();
  device.dispose();
  const reference = evaluateQuantized(model, input);
  expectAgreement(values, reference.values, tolerance);
  await expectSameRecorded(model, input, values);
  return { logits: { shape: reference.shape, values }, traces };
}

/** What is recorded has to give the same bits. */
async function expectSameRecorded(model: QuantizedModel, input: ArrayTensor, expected: Float32Array): Promise<void> {
  const [count = 0] = input.shape;
  const source: AnalysisSource = {
    model: { network: model.network, values: model.values, replaced: null },
    samples: { inputs: input.values, labels: new Uint8Array(count), count },
    normalization: { mean: 0, std: 1 },
    batchSize: count,
  };
  const recorded = await RecordedIntegers.create(source, model, count);
  const logits = await recorded?.predict(count, () => Promise.resolve());
  recorded?.dispose();
  if (logits) expectAgreement(logits, expected, { atol: 0, rtol: 0 });
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
  trace: HostTrace,
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
  { layer: quantized, accumulatorScales, biasIntegers }: HostTrace,
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
