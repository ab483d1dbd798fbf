import * as tf from '@tensorflow/tfjs-core';
import { networkParameters } from '../../core/network.ts';
import { type NetworkValues, valuesOf } from '../../core/network-reference.ts';
import { analyzeSensitivity, type SensitivityRequest } from '../../core/sensitivity.ts';
import type { Achievement, AnalysisRequest, AnalysisResult } from '../../protocol/analysis.ts';
import { yieldToMessages } from '../device-queue.ts';
import { FusedNetwork } from '../fused/fused-network.ts';
import { DeviceNetwork } from './device-network.ts';
import { disposeBatches, measureAchievement, sampleCount, uploadSamples } from './measure-samples.ts';
import type { AnalysisSource, AnalysisWatch } from './trained-model.ts';

type Request = Extract<AnalysisRequest, { kind: 'sensitivity' }>;

/** What only a comparison with recorded numbers chooses. */
export type SensitivityOptions = Pick<SensitivityRequest, 'emptyLevel'> & {
  /** Names of the parameters to test; all kernels without it. */
  readonly parameters?: readonly string[];
};

/**
 * How much accuracy each kernel costs when it alone is pruned (reference 11.3), evaluated on the current backend.
 *
 * @throws RangeError for a level outside [0, 1].
 * @throws the signal's reason when it is aborted.
 */
export async function measureSensitivity(
  source: AnalysisSource,
  { group, levels, samples }: Request,
  watch: AnalysisWatch,
  { parameters, ...options }: SensitivityOptions = {},
): Promise<Extract<AnalysisResult, { kind: 'sensitivity' }>> {
  const { network, values } = source.model;
  const specs = networkParameters(network).filter(({ name, role }) => parameters?.includes(name) ?? role === 'kernel');
  const shapes = new Map(specs.map(({ name, shape }) => [name, shape]));
  const { signal } = watch;
  const measure = await prepareMeasuring(source, samples, shapes, signal);
  try {
    const analysis = await analyzeSensitivity({
      ...options,
      ...(watch.onProgress && { onProgress: watch.onProgress }),
      ...(signal && { signal }),
      group,
      levels,
      parameters: specs.map(({ name, shape }) => ({ name, shape, values: valuesOf(values, name) })),
      evaluate: measure.evaluate,
    });
    return { kind: 'sensitivity', ...analysis };
  } finally {
    measure.dispose();
  }
}

/** Evaluates a network with other values of some parameters. */
interface Measuring {
  readonly evaluate: (changed: NetworkValues) => Promise<Achievement>;
  readonly dispose: () => void;
}

/** By the recorded forward pass where there is one, else by TensorFlow.js. */
async function prepareMeasuring(
  source: AnalysisSource,
  samples: number,
  shapes: ReadonlyMap<string, readonly number[]>,
  signal: AbortSignal | undefined,
): Promise<Measuring> {
  const fused = await FusedNetwork.create(source);
  if (fused !== null) {
    const count = sampleCount(source, samples);
    const onBatches = async (): Promise<void> => {
      await yieldToMessages();
      signal?.throwIfAborted();
    };
    return { evaluate: (changed) => fused.measure(changed, count, onBatches), dispose: () => fused.dispose() };
  }
  const device = new DeviceNetwork(source.model);
  const batches = uploadSamples(source, samples);
  return {
    evaluate: async (changed) => {
      const tensors = new Map(
        Array.from(changed, ([name, weights]) => [name, tf.tensor(weights.slice(), [...shapes.get(name)!])]),
      );
      try {
        return await measureAchievement(batches, (inputs) => device.predict(inputs, tensors), { signal });
      } finally {
        tf.dispose([...tensors.values()]);
      }
    },
    dispose: () => {
      device.dispose();
      disposeBatches(batches);
    },
  };
}
