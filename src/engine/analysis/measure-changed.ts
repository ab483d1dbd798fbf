import * as tf from '@tensorflow/tfjs-core';
import type { NetworkValues } from '../../core/network-reference.ts';
import type { Achievement } from '../../protocol/analysis.ts';
import { yieldToMessages } from '../device-queue.ts';
import { FusedNetwork } from '../fused/fused-network.ts';
import { DeviceNetwork } from './device-network.ts';
import { disposeBatches, measureAchievement, sampleCount, uploadSamples } from './measure-samples.ts';
import type { AnalysisSource } from './trained-model.ts';

/** Evaluates a network with other values of some parameters. Who prepares it disposes it. */
export interface Measuring {
  /** @throws the signal's reason when it is aborted. */
  readonly evaluate: (changed: NetworkValues) => Promise<Achievement>;
  readonly dispose: () => void;
}

export interface MeasuringOptions {
  /** How many samples are looked at; fewer if there are not as many. */
  readonly samples: number;
  /** Shapes of the parameters that change, by name. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  readonly signal: AbortSignal | undefined;
}

/** By the recorded forward pass where there is one, else by TensorFlow.js. */
export async function prepareMeasuring(source: AnalysisSource, options: MeasuringOptions): Promise<Measuring> {
  const { samples, shapes, signal } = options;
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
