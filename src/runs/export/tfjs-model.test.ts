import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { io } from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import { expect, test } from 'vitest';
import type { Network } from '../../core/network.ts';
import {
  largestDifference,
  plainNetwork,
  randomBatch,
  randomValues,
  residualNetwork,
  separableNetwork,
} from '../../core/network-fixtures.ts';
import { evaluateNetwork } from '../../core/network-reference.ts';
import { findModel } from '../../zoo/models.ts';
import { tfjsModel } from './tfjs-model.ts';

interface ModelJson {
  readonly modelTopology: object;
  readonly weightsManifest: readonly { readonly weights: io.WeightsManifestEntry[] }[];
}

/** Loads both files with TensorFlow.js and gives its answer to the same batch. */
async function answerOf(network: Network, values: ReadonlyMap<string, Float32Array>, samples = 3) {
  const { model, weights } = tfjsModel(network, values);
  const { modelTopology, weightsManifest } = JSON.parse(model) as ModelJson;
  const weightSpecs = weightsManifest.flatMap((group) => group.weights);
  const loaded = await loadLayersModel(io.fromMemory({ modelTopology, weightSpecs, weightData: weights.buffer }));
  const batch = randomBatch(network, samples, 7);
  const output = loaded.predict(tf.tensor(batch.values, [...batch.shape]));
  const outputs = Array.isArray(output) ? output : [output];
  const last = outputs.at(-1)!;
  const answer = { shape: last.shape, values: last.dataSync<'float32'>() };
  return { answer, expected: evaluateNetwork(network, batch, values), outputs: outputs.length };
}

test.each([plainNetwork, residualNetwork, separableNetwork])(
  'TensorFlow.js computes what the $name network computes',
  async (network) => {
    const { answer, expected } = await answerOf(network, randomValues(network, 3));
    expect(answer.shape).toEqual(expected.shape);
    expect(largestDifference(answer, expected)).toBeLessThan(1e-4);
  },
);

const zooModels = ['cnn_mnist', 'mlp_2d', 'preact_resnet20_cifar', 'resnet20_cifar_earlyexit'];

test.each(zooModels)('TensorFlow.js loads %s of the zoo and agrees with it', { timeout: 60_000 }, async (name) => {
  const zooModel = findModel(name)!;
  const inputShape = zooModel.inputShape;
  const network = zooModel.build({ inputShape, classCount: 10 });
  const { answer, expected, outputs } = await answerOf(network, randomValues(network, 5), 1);
  const scale = expected.values.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  expect(largestDifference(answer, expected) / scale).toBeLessThan(1e-4);
  expect(outputs).toBe(name.endsWith('earlyexit') ? 2 : 1);
});

test('a model without values of a layer is refused', () => {
  expect(() => tfjsModel(plainNetwork, new Map())).toThrow(/conv1\.weight/);
});
