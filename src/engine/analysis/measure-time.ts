import * as tf from '@tensorflow/tfjs-core';
import { networkParameters, type Network } from '../../core/network.ts';
import type { NetworkValues } from '../../core/network-reference.ts';
import { createRandom } from '../../core/random.ts';
import { thinModel } from '../../core/thinning/apply-thinning.ts';
import type { AnalysisRequest, AnalysisResult, InferenceTime } from '../../protocol/analysis.ts';
import { gatherBatch } from '../batches.ts';
import { yieldToMessages } from '../device-queue.ts';
import { webgpuDevice } from '../reference-backend.ts';
import { DeviceNetwork } from './device-network.ts';
import { describeLosses } from './measure-thinning.ts';
import { type AnalysisSource, type AnalysisWatch, countPieces, type TrainedModel } from './trained-model.ts';

type Request = Extract<AnalysisRequest, { kind: 'inference-time' }>;
type Result = Extract<AnalysisResult, { kind: 'inference-time' }>;

const warmUps = 3;
const timedRuns = 15;

/**
 * Milliseconds of one inference on the current backend, until its logits are on the host: of the network as it was built
 * with no weight zero, of the trained one with its zeros, and of that one without the structures that are entirely zero.
 * They take turns, so that a device that slows down slows all of them. Medians, after runs that do not count.
 *
 * @throws RangeError if the device reports an error, or logits are no numbers: then no time means anything.
 * @throws the signal's reason when it is aborted.
 */
export async function measureTime(
  source: AnalysisSource,
  { batchSizes }: Request,
  watch: AnalysisWatch,
): Promise<Result> {
  const { models, removed } = comparedModels(source);
  const tick = countPieces(batchSizes.length * (warmUps + timedRuns), watch);
  const devices = models.map(({ form, model }) => ({ form, network: new DeviceNetwork(model) }));
  try {
    const times: InferenceTime[] = [];
    for (const batchSize of batchSizes) {
      const inputs = batchOf(source, batchSize);
      try {
        const measured = await withoutErrors(() => takeTurns(devices, inputs, { tick, signal: watch.signal }));
        times.push(...measured.map((time) => ({ ...time, batchSize })));
      } finally {
        inputs.dispose();
      }
    }
    return { kind: 'inference-time', times, removed };
  } finally {
    for (const { network } of devices) network.dispose();
  }
}

interface ComparedModel {
  readonly form: InferenceTime['form'];
  readonly model: TrainedModel;
}

function comparedModels({ model, built }: AnalysisSource): {
  readonly models: readonly ComparedModel[];
  readonly removed: readonly string[];
} {
  const dense = built ?? model.network;
  const thinned = thinModel({ network: model.network, values: model.values }, 'contract_model');
  const removed = thinned.ok ? describeLosses(dense, thinned.model.network) : [];
  const models: ComparedModel[] = [
    { form: 'dense', model: { network: dense, values: fullValues(dense, model.values), replaced: model.replaced } },
    { form: 'masked', model },
  ];
  if (thinned.ok && removed.length > 0) models.push({ form: 'thinned', model: { ...model, ...thinned.model } });
  return { models, removed };
}

/** Values without a zero for every parameter: which ones they are makes no difference to the time. */
function fullValues(network: Network, values: NetworkValues): NetworkValues {
  const random = createRandom(1);
  const draw = (length: number): Float32Array =>
    Float32Array.from({ length }, () => 0.05 + 0.05 * Math.abs(random.normal()));
  const parameters = networkParameters(network).map(({ name, size }): [string, Float32Array] => [name, draw(size)]);
  const statistics = network.layers.flatMap((layer): [string, Float32Array][] =>
    layer.kind === 'batch-norm'
      ? [
          [`${layer.name}.running_mean`, new Float32Array(layer.features)],
          [`${layer.name}.running_var`, new Float32Array(layer.features).fill(1)],
        ]
      : [],
  );
  return new Map([...values, ...parameters, ...statistics]);
}

function batchOf({ samples, normalization, model }: AnalysisSource, batchSize: number): tf.Tensor {
  const indices = Array.from({ length: batchSize }, (_, at) => at % samples.count);
  const { inputs } = gatherBatch(samples, indices, normalization);
  return tf.tensor(inputs, [batchSize, ...model.network.inputShape]);
}

interface Turns {
  readonly tick: () => void;
  readonly signal: AbortSignal | undefined;
}

async function takeTurns(
  devices: readonly { readonly form: InferenceTime['form']; readonly network: DeviceNetwork }[],
  inputs: tf.Tensor,
  { tick, signal }: Turns,
): Promise<readonly Omit<InferenceTime, 'batchSize'>[]> {
  const runs = devices.map((): number[] => []);
  for (let run = 0; run < warmUps + timedRuns; run++) {
    for (const [index, { network }] of devices.entries()) {
      signal?.throwIfAborted();
      const startedAt = performance.now();
      const logits = await network.predict(inputs);
      const took = performance.now() - startedAt;
      if (logits.some((logit) => !Number.isFinite(logit)) || logits.every((logit) => logit === 0)) {
        throw new RangeError(
          'The device gave no usable answer, so its times mean nothing. Reload the page and train again.',
        );
      }
      if (run >= warmUps) runs[index]!.push(took);
    }
    tick();
    await yieldToMessages();
  }
  return devices.map(({ form }, index) => ({ form, ...spreadOf(runs[index]!) }));
}

function spreadOf(times: readonly number[]): Pick<InferenceTime, 'medianMs' | 'lowMs' | 'highMs'> {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))]!;
  return { medianMs: at(0.5), lowMs: at(0.25), highMs: at(0.75) };
}

const scopes: readonly GPUErrorFilter[] = ['validation', 'out-of-memory', 'internal'];

/** An invalid dispatch does nothing, quickly: errors of the device make a measurement worthless. */
async function withoutErrors<T>(measure: () => Promise<T>): Promise<T> {
  const device = webgpuDevice();
  if (device === null) return await measure();
  for (const scope of scopes) device.pushErrorScope(scope);
  const measured = await measure().then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  const errors = await Promise.all(scopes.map(() => device.popErrorScope()));
  const refusal = errors.find((error) => error !== null);
  if (refusal) throw new RangeError(`The device refused the measurement: ${refusal.message}`);
  if ('error' in measured) throw measured.error;
  return measured.value;
}
