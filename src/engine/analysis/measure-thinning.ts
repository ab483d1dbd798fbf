import { summarizeCompute } from '../../core/compute-summary.ts';
import { networkParameters, type Layer, type Network } from '../../core/network.ts';
import { thinModel, type ThinningResult } from '../../core/thinning/apply-thinning.ts';
import type { AnalysisRequest, AnalysisResult, ModelCost } from '../../protocol/analysis.ts';
import { DeviceNetwork } from './device-network.ts';
import {
  type DeviceBatch,
  disposeBatches,
  measureAchievement,
  measureInference,
  uploadSamples,
} from './measure-samples.ts';
import { type AnalysisSource, type AnalysisWatch, countPieces, type TrainedModel } from './trained-model.ts';

type Request = Extract<AnalysisRequest, { kind: 'thinning' }>;
type Result = Extract<AnalysisResult, { kind: 'thinning' }>;

/**
 * Removes zero structures from a copy of a trained model (reference 10), and measures both on the current backend. What
 * cannot be removed leaves the model as it was, with the reason.
 *
 * @throws the signal's reason when it is aborted.
 */
export async function measureThinning(source: AnalysisSource, request: Request, watch: AnalysisWatch): Promise<Result> {
  const { model } = source;
  const result = thinModel({ network: model.network, values: model.values }, request.function);
  const removed = result.ok ? describeLosses(model.network, result.model.network) : [];
  const batches = uploadSamples(source, request.samples);
  const tick = countPieces((removed.length > 0 ? 2 : 1) * (batches.length + 1), watch);
  const { signal } = watch;
  try {
    const masked = await measureModel(model, { batches, tick, signal });
    const refusal = removed.length > 0 ? null : refusalOf(result);
    const shared = { kind: 'thinning', removed, refusal, before: masked.cost } as const;
    if (!result.ok || removed.length === 0) return { ...shared, after: masked.cost, outputDifference: 0 };
    const thinned = await measureModel({ ...model, ...result.model }, { batches, tick, signal });
    const outputDifference = largestDifference(masked.logits, thinned.logits);
    return { ...shared, after: thinned.cost, outputDifference };
  } finally {
    disposeBatches(batches);
  }
}

interface MeasureTask {
  readonly batches: readonly DeviceBatch[];
  readonly tick: () => void;
  readonly signal: AbortSignal | undefined;
}

interface MeasuredModel {
  readonly cost: ModelCost;
  readonly logits: readonly Float32Array[];
}

async function measureModel(model: TrainedModel, { batches, tick, signal }: MeasureTask): Promise<MeasuredModel> {
  const { network } = model;
  const device = new DeviceNetwork(model);
  const predict = (inputs: DeviceBatch['inputs']): Promise<Float32Array> => device.predict(inputs);
  try {
    const logits: Float32Array[] = [];
    const onLogits = (ofBatch: Float32Array): void => {
      logits.push(ofBatch);
    };
    const achievement = await measureAchievement(batches, predict, { onBatch: tick, onLogits, signal });
    const inferenceMs = await measureInference(batches[0]!, predict, signal);
    tick();
    const parameters = networkParameters(network).reduce((sum, { size }) => sum + size, 0);
    const cost = { parameters, macs: summarizeCompute(network).totalMacs, achievement, inferenceMs };
    return { cost, logits };
  } finally {
    device.dispose();
  }
}

/** Why nothing went; null if there simply is nothing that is zero. */
function refusalOf(result: ThinningResult): string | null {
  if (!result.ok) return result.refusal.message;
  if (result.kept.length === 0) return null;
  return [...new Set(result.kept.map(({ layer, reason }) => `${layer}: ${reason}`))].join(' ');
}

/** "conv1: 14 of 16 filters", what each convolution and dense layer lost of how many. */
export function describeLosses(before: Network, after: Network): readonly string[] {
  const lengths = new Map(after.layers.map((layer) => [layer.name, lengthsOf(layer)]));
  return before.layers.flatMap((layer) => {
    const losses = lengthsOf(layer).flatMap(({ what, length }, index) => {
      const left = lengths.get(layer.name)?.[index]?.length ?? length;
      return left < length ? [`${length - left} of ${length} ${what}`] : [];
    });
    return losses.length > 0 ? [`${layer.name}: ${losses.join(', ')}`] : [];
  });
}

function lengthsOf(layer: Layer): readonly { readonly what: string; readonly length: number }[] {
  if (layer.kind === 'conv2d') {
    return [
      { what: 'filters', length: layer.outChannels },
      { what: 'channels', length: layer.inChannels },
    ];
  }
  if (layer.kind === 'depthwise-conv2d') return [{ what: 'filters', length: layer.channels }];
  if (layer.kind !== 'dense') return [];
  return [
    { what: 'units', length: layer.outFeatures },
    { what: 'inputs', length: layer.inFeatures },
  ];
}

function largestDifference(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  return a.reduce(
    (largest, ofBatch, batch) =>
      ofBatch.reduce((most, logit, at) => Math.max(most, Math.abs(logit - b[batch]![at]!)), largest),
    0,
  );
}
