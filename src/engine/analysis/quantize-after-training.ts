import { encodeStatistics } from '../../core/post-training/calibration-file.ts';
import type { CalibrationStatistics } from '../../core/post-training/calibration.ts';
import { prepareQuantized, type QuantizedLayer, type QuantizedModel } from '../../core/post-training/prepare-model.ts';
import { createChecked } from '../../methods/create-instance.ts';
import type { PostTrainingQuantizer } from '../../methods/post-training-quantizer.ts';
import {
  type Achievement,
  type AnalysisRequest,
  type AnalysisResult,
  type PostTrainingVariant,
  postTrainingMethod,
  type QuantizedLayerFacts,
} from '../../protocol/analysis.ts';
import { calibrateSource } from './calibrate-source.ts';
import { prepareMeasuring } from './measure-changed.ts';
import {
  disposeBatches,
  judgeLogits,
  measureAchievement,
  sampleCount,
  splitSamples,
  uploadSamples,
} from './measure-samples.ts';
import { yieldToMessages } from '../device-queue.ts';
import type { RecordedIntegers } from '../fused/recorded-integers.ts';
import { type DeviceTrace, QuantizedNetwork, type TraceObserver } from './quantized-network.ts';
import { type AnalysisSource, type AnalysisWatch, countPieces, type TrainedModel } from './trained-model.ts';

type Request = Extract<AnalysisRequest, { kind: 'post-training' }>;
type Result = Extract<AnalysisResult, { kind: 'post-training' }>;

/**
 * Quantizes a trained model once for each variant and measures it on the current backend (reference 8.4 to 8.6). Variants
 * have their arguments complete: with `null` for `model_activation_stats` they are dynamic, a word has them calibrated on the
 * trained model, and a map is taken as it is.
 *
 * @throws RangeError for statistics that cannot be, with the variant's label, or a model that is quantized already.
 * @throws the signal's reason when it is aborted.
 */
export async function quantizeAfterTraining(
  source: AnalysisSource,
  { variants, calibrationSamples, samples }: Request,
  watch: AnalysisWatch,
): Promise<Result> {
  refuseQuantized(source.model);
  const quantizers = variants.map(createQuantizer);
  const needsCalibration = quantizers.some(({ ranges }) => ranges.kind === 'calibrate');
  const { batches } = splitSamples(source, samples);
  const calibrating = needsCalibration ? splitSamples(source, calibrationSamples).batches * 2 : 0;
  const tick = countPieces(batches * (1 + variants.length) + calibrating, watch);
  const { signal } = watch;
  const options = { onBatch: tick, signal };
  const float = await measureFloat(source, samples, signal);
  for (let batch = 0; batch < batches; batch++) tick();
  const collected = needsCalibration
    ? await calibrateSource(source, { samples: calibrationSamples, ...options })
    : null;
  const results: Result['variants'][number][] = [];
  for (const [index, quantizer] of quantizers.entries()) {
    const model = named(variants[index]!, () => prepare(source, quantizer, collected));
    results.push({
      label: variants[index]!.label,
      ...(await measureQuantized(source, model, { samples, ...options })),
    });
  }
  const given = quantizers.flatMap(({ ranges }) => (ranges.kind === 'given' ? [ranges.statistics] : []))[0];
  const statistics = collected ?? given ?? null;
  return { kind: 'post-training', float, variants: results, statistics: statistics && encodeStatistics(statistics) };
}

async function measureFloat(
  source: AnalysisSource,
  samples: number,
  signal: AbortSignal | undefined,
): Promise<Achievement> {
  const measure = await prepareMeasuring(source, { samples, shapes: new Map(), signal });
  try {
    return await measure.evaluate(new Map());
  } finally {
    measure.dispose();
  }
}

/** @throws RangeError for a model whose activations a quantizer replaced in training. */
export function refuseQuantized({ replaced }: TrainedModel): void {
  if (replaced === null) return;
  throw new RangeError(
    'This model was trained with a quantizer and is quantized already. Train it without one to quantize it afterwards.',
  );
}

function createQuantizer(variant: PostTrainingVariant): PostTrainingQuantizer {
  return named(variant, () => createChecked('post-training', postTrainingMethod, variant.args));
}

/** What a variant's arguments make impossible is said with its label. */
function named<T>({ label }: PostTrainingVariant, compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    if (error instanceof RangeError) throw new RangeError(`${label}: ${error.message}`, { cause: error });
    throw error;
  }
}

function prepare(
  { model: { network, values } }: AnalysisSource,
  { args, overridesFor, ranges }: PostTrainingQuantizer,
  collected: CalibrationStatistics | null,
): QuantizedModel {
  const calibrated = ranges.kind === 'calibrate' ? collected : null;
  const statistics = ranges.kind === 'given' ? ranges.statistics : calibrated;
  return prepareQuantized({ network, values, args, overrideOf: overridesFor(network), statistics });
}

interface MeasureOptions {
  readonly samples: number;
  readonly onBatch: () => void;
  readonly signal: AbortSignal | undefined;
}

type Measured = Omit<Result['variants'][number], 'label'>;

/** By a recorded forward pass where that comes out the same, else by TensorFlow.js. */
async function measureQuantized(
  source: AnalysisSource,
  model: QuantizedModel,
  options: MeasureOptions,
): Promise<Measured> {
  const { RecordedIntegers } = await import('../fused/recorded-integers.ts');
  const recorded = await RecordedIntegers.create(source, model, splitSamples(source, options.samples).size);
  return recorded ? measureRecorded(source, { model, recorded }, options) : measureByReference(source, model, options);
}

async function measureRecorded(
  source: AnalysisSource,
  { model, recorded }: { readonly model: QuantizedModel; readonly recorded: RecordedIntegers },
  { samples, onBatch, signal }: MeasureOptions,
): Promise<Measured> {
  const count = sampleCount(source, samples);
  try {
    const logits = await recorded.predict(count, async (batches) => {
      for (let batch = 0; batch < batches; batch++) onBatch();
      await yieldToMessages();
      signal?.throwIfAborted();
    });
    const layers = model.network.layers.map(({ name }) => model.layers.get(name)!).filter(isQuantized);
    return {
      achievement: judgeLogits(logits, source.samples.labels.subarray(0, count)),
      layers: layers.map((layer) => factsOf({ layer, format: layer.output })),
    };
  } finally {
    recorded.dispose();
  }
}

async function measureByReference(
  source: AnalysisSource,
  model: QuantizedModel,
  { samples, ...options }: MeasureOptions,
): Promise<Measured> {
  const batches = uploadSamples(source, samples);
  const quantized = new QuantizedNetwork(model);
  // Ranges that are measured at every batch: those of the first one stand for all.
  const facts = new Map<string, QuantizedLayerFacts>();
  const observe: TraceObserver = (trace) => {
    const { name } = trace.layer.layer;
    if (isQuantized(trace.layer) && !facts.has(name)) facts.set(name, factsOf(trace));
    return Promise.resolve();
  };
  try {
    const achievement = await measureAchievement(batches, (inputs) => quantized.predict(inputs, observe), options);
    return { achievement, layers: [...facts.values()] };
  } finally {
    quantized.dispose();
    disposeBatches(batches);
  }
}

const isQuantized = ({ kind }: QuantizedLayer): boolean => kind !== 'identity' && kind !== 'float';

function factsOf({ layer, format }: Pick<DeviceTrace, 'layer' | 'format'>): QuantizedLayerFacts {
  const { scale = null, zeroPoint = null } = format?.parameters ?? layer.kernel?.formats[0]?.parameters ?? {};
  return { layer: layer.layer.name, bits: bitsOf(layer), scale, zeroPoint };
}

function bitsOf({ kind, settings }: QuantizedLayer): QuantizedLayerFacts['bits'] {
  return {
    weights: kind === 'linear' || kind === 'weights-only' ? settings.bits_weights : null,
    activations: kind === 'weights-only' ? null : settings.bits_activations,
  };
}
