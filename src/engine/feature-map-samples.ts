import * as tf from '@tensorflow/tfjs-core';
import type { ConvolutionLayer, DenseLayer, Layer } from '../core/network.ts';
import type { Random } from '../core/random.ts';
import type { LayerSamples } from '../core/reconstruct-channels.ts';
import type { FeatureMapSampling } from '../methods/pruner.ts';
import { gatherBatch, type Normalization, type SampleSet, splitIntoBatches } from './batches.ts';
import { loadReference } from './reference-backend.ts';
import type { TrainedNetwork } from './train-step.ts';

/** What a network is trained on. */
export interface TrainingSamples {
  readonly train: SampleSet;
  readonly normalization: Normalization;
  readonly batchSize: number;
}

interface SamplingRequest {
  readonly model: TrainedNetwork;
  readonly samples: TrainingSamples;
  /** Names of convolutions and dense layers; others are not in the answer. */
  readonly layers: readonly string[];
  readonly sampling: FeatureMapSampling;
  readonly random: Random;
}

/**
 * What layers compute, with the weights that inference uses: for random training samples, the inputs under the kernel and
 * the outputs at random positions. The positions differ from batch to batch; a dense layer has one.
 */
export async function sampleFeatureMaps(request: SamplingRequest): Promise<ReadonlyMap<string, LayerSamples>> {
  const { model, samples, layers, sampling, random } = request;
  const { train, normalization, batchSize } = samples;
  await loadReference();
  const chosen = random.permutation(train.count).subarray(0, sampling.samples);
  const pieces = new Map<string, LayerSamples[]>();
  for (const indices of splitIntoBatches(chosen, batchSize)) {
    const { inputs, count } = gatherBatch(train, indices, normalization);
    const seen = new Map<string, SampledTensors>();
    tf.tidy(() => {
      model.forward(tf.tensor(inputs, [count, ...model.network.inputShape]), false, (layer, output, read) => {
        if (!layers.includes(layer.name) || !isWeighted(layer)) return;
        const found = samplePositions(layer, { input: read[0]!, output }, sampling.points, random);
        const unbiased = layer.bias
          ? tf.sub(found.outputs, model.effectiveWeights(`${layer.name}.bias`))
          : found.outputs;
        seen.set(layer.name, { inputs: tf.keep(found.inputs), outputs: tf.keep(unbiased) });
      });
    });
    for (const [name, tensors] of seen) pieces.set(name, [...(pieces.get(name) ?? []), await download(tensors)]);
  }
  return new Map([...pieces].map(([name, own]) => [name, join(own)]));
}

/** [rows, inputs under the kernel] and [rows, filters]. */
interface SampledTensors {
  readonly inputs: tf.Tensor;
  readonly outputs: tf.Tensor;
}

function isWeighted(layer: Layer): layer is ConvolutionLayer | DenseLayer {
  return layer.kind === 'conv2d' || layer.kind === 'dense';
}

function samplePositions(
  layer: ConvolutionLayer | DenseLayer,
  { input, output }: { readonly input: tf.Tensor; readonly output: tf.Tensor },
  points: number,
  random: Random,
): SampledTensors {
  // Copies: what is kept must not be a tensor that the forward pass goes on with.
  if (layer.kind === 'dense') return { inputs: tf.mul(input, 1), outputs: tf.mul(output, 1) };
  const [count, height, width, filters] = (output as tf.Tensor4D).shape;
  const [kernelHeight, kernelWidth] = layer.kernelSize;
  const { padding, stride, inChannels } = layer;
  const padded = padInput(input, padding);
  const positions = [...random.permutation(height * width).subarray(0, points)].map((position) => ({
    top: Math.floor(position / width),
    left: position % width,
  }));
  const patches = positions.map(({ top, left }) =>
    tf.reshape(tf.slice(padded, [0, top * stride, left * stride, 0], [count, kernelHeight, kernelWidth, inChannels]), [
      count,
      kernelHeight * kernelWidth * inChannels,
    ]),
  );
  const pixels = positions.map(({ top, left }) =>
    tf.reshape(tf.slice(output, [0, top, left, 0], [count, 1, 1, filters]), [count, filters]),
  );
  return { inputs: tf.concat(patches), outputs: tf.concat(pixels) };
}

function padInput(input: tf.Tensor, padding: number): tf.Tensor {
  if (padding === 0) return input;
  const around: [number, number] = [padding, padding];
  return tf.pad(input, [[0, 0], around, around, [0, 0]]);
}

async function download({ inputs, outputs }: SampledTensors): Promise<LayerSamples> {
  const [read, wanted] = await Promise.all([inputs.data(), outputs.data()]);
  const rows = outputs.shape[0];
  tf.dispose([inputs, outputs]);
  return { rows, inputs: Float32Array.from(read), outputs: Float32Array.from(wanted) };
}

function join(pieces: readonly LayerSamples[]): LayerSamples {
  return {
    rows: pieces.reduce((sum, { rows }) => sum + rows, 0),
    inputs: concatenate(pieces.map(({ inputs }) => inputs)),
    outputs: concatenate(pieces.map(({ outputs }) => outputs)),
  };
}

function concatenate(pieces: readonly Float32Array[]): Float32Array {
  const result = new Float32Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    result.set(piece, at);
    at += piece.length;
  }
  return result;
}
