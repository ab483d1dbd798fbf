import { foldNetwork } from '../../core/batch-norm-folding.ts';
import { type Network, networkParameters, type ParameterSpec } from '../../core/network.ts';
import { type NetworkValues, valuesOf } from '../../core/network-reference.ts';
import type { CalibrationStatistics } from '../../core/post-training/calibration.ts';
import { prepareQuantized } from '../../core/post-training/prepare-model.ts';
import {
  type LayerOverride,
  type PostTrainingArguments,
  postTrainingDefaults,
} from '../../core/post-training/settings.ts';
import type { AnalysisRequest, AnalysisResult, BitWidthCurve } from '../../protocol/analysis.ts';
import { calibrateSource } from './calibrate-source.ts';
import { prepareMeasuring } from './measure-changed.ts';
import { type DeviceBatch, disposeBatches, measureAchievement, uploadSamples } from './measure-samples.ts';
import { QuantizedNetwork } from './quantized-network.ts';
import { refuseQuantized } from './quantize-after-training.ts';
import { type AnalysisSource, type AnalysisWatch, countPieces, type TrainedModel } from './trained-model.ts';

type Request = Extract<AnalysisRequest, { kind: 'bit-widths' }>;
type Result = Extract<AnalysisResult, { kind: 'bit-widths' }>;

/**
 * What a trained model achieves when one module alone is quantized, at each of some widths, and everything else is float:
 * weights of every convolution and dense layer, outputs of every ReLU, as `PostTrainLinearQuantizer` would (reference 8.4),
 * with asymmetric ranges. Batch normalizations are folded first, as there. Ranges of activations are calibrated.
 *
 * @throws RangeError for a model that is quantized already.
 * @throws the signal's reason when it is aborted.
 */
export async function measureBitWidths(
  source: AnalysisSource,
  request: Request,
  watch: AnalysisWatch,
): Promise<Result> {
  refuseQuantized(source.model);
  const { network, values } = foldNetwork(source.model.network, source.model.values);
  const folded = { ...source, model: { network, values, replaced: null } };
  const kernels = request.targets === 'activations' ? [] : kernelsOf(network);
  const relus = request.targets === 'weights' ? [] : relusOf(network);
  const evaluations = 1 + (kernels.length + relus.length) * request.bits.length;
  const tick = countPieces(evaluations, watch);
  const scan = { request, tick, signal: watch.signal };
  const ofWeights = await scanWeights(folded, kernels, scan);
  const ofActivations = relus.length === 0 ? [] : await scanActivations(folded, relus, scan);
  return { kind: 'bit-widths', float: ofWeights.float, results: [...ofWeights.results, ...ofActivations] };
}

interface Scan {
  readonly request: Request;
  readonly tick: () => void;
  readonly signal: AbortSignal | undefined;
}

/** Those that the quantizers of Distiller know. */
const kernelsOf = (network: Network): readonly ParameterSpec[] =>
  networkParameters(network).filter(({ role }) => role === 'kernel');

const relusOf = (network: Network): readonly string[] =>
  network.layers.flatMap(({ kind, name }) => (kind === 'relu' ? [name] : []));

/** Everything in float, with the ranges that training quantizers have in Distiller whatever they are told. */
function floatArguments({ perChannel }: Request): PostTrainingArguments {
  return {
    ...postTrainingDefaults,
    bits_activations: null,
    bits_parameters: null,
    mode: { activations: 'ASYMMETRIC_UNSIGNED', weights: 'ASYMMETRIC_UNSIGNED' },
    per_channel_wts: perChannel,
  };
}

async function scanWeights(
  source: AnalysisSource,
  kernels: readonly ParameterSpec[],
  { request, tick, signal }: Scan,
): Promise<Pick<Result, 'float' | 'results'>> {
  const shapes = new Map(kernels.map(({ name, shape }) => [name, shape]));
  const measure = await prepareMeasuring(source, { samples: request.samples, shapes, signal });
  const evaluate = async (changed: NetworkValues): ReturnType<typeof measure.evaluate> => {
    signal?.throwIfAborted();
    const achievement = await measure.evaluate(changed);
    tick();
    return achievement;
  };
  try {
    const float = await evaluate(new Map());
    const quantized = request.bits.map((bits) => ({ bits, values: quantizedWeights(source.model, bits, request) }));
    const results: BitWidthCurve[] = [];
    for (const { name, layer, size, shape } of kernels) {
      const points: BitWidthCurve['points'][number][] = [];
      for (const { bits, values } of quantized) {
        points.push({ bits, ...(await evaluate(new Map([[name, valuesOf(values, name)]]))) });
      }
      const scales = request.perChannel ? (shape.at(-1) ?? 1) : 1;
      results.push({ module: layer, target: 'weights', size, scales, points });
    }
    return { float, results };
  } finally {
    measure.dispose();
  }
}

/** All kernels at a width at once; a measurement takes one of them. */
function quantizedWeights({ network, values }: TrainedModel, bits: number, request: Request): NetworkValues {
  const args = { ...floatArguments(request), bits_parameters: bits };
  return prepareQuantized({ network, values, args, statistics: null }).values;
}

async function scanActivations(
  source: AnalysisSource,
  relus: readonly string[],
  { request, tick, signal }: Scan,
): Promise<readonly BitWidthCurve[]> {
  const batches = uploadSamples(source, request.samples);
  try {
    const statistics = await calibrateSource(source, { samples: request.calibrationSamples, signal });
    const results: BitWidthCurve[] = [];
    for (const module of relus) {
      const points: BitWidthCurve['points'][number][] = [];
      for (const bits of request.bits) {
        const override = { module, bits_activations: bits, quantize_inputs: false };
        points.push({ bits, ...(await measureOverride(source, override, { request, statistics, batches, signal })) });
        tick();
      }
      results.push({ module, target: 'activations', size: 0, scales: 0, points });
    }
    return results;
  } finally {
    disposeBatches(batches);
  }
}

interface ActivationTask {
  readonly request: Request;
  readonly statistics: CalibrationStatistics;
  readonly batches: readonly DeviceBatch[];
  readonly signal: AbortSignal | undefined;
}

async function measureOverride(
  { model: { network, values } }: AnalysisSource,
  { module, ...override }: LayerOverride & { readonly module: string },
  { request, statistics, batches, signal }: ActivationTask,
): ReturnType<typeof measureAchievement> {
  const quantized = new QuantizedNetwork(
    prepareQuantized({
      ...{ network, values, statistics, args: floatArguments(request) },
      overrideOf: (layer) => (layer === module ? override : undefined),
    }),
  );
  try {
    return await measureAchievement(batches, (inputs) => quantized.predict(inputs), { signal });
  } finally {
    quantized.dispose();
  }
}
