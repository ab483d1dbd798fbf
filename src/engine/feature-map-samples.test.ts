import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { multiply } from '../core/least-squares.ts';
import { type Network, networkParameters } from '../core/network.ts';
import { createRandom } from '../core/random.ts';
import { parseSchedule } from '../schedule/parse-schedule.ts';
import { useCpuBackend } from './backend-cpu.ts';
import { CompressionScheduler } from './compression-scheduler.ts';
import { createPolicies } from './create-policies.ts';
import { DeviceParameters, initialValues } from './device-parameters.ts';
import { sampleFeatureMaps } from './feature-map-samples.ts';
import { accessNetwork } from './network-access.ts';
import { Optimizer } from './optimizer.ts';
import { PrunerEvidence } from './pruner-evidence.ts';
import { TrainedNetwork } from './train-step.ts';

beforeAll(useCpuBackend);

const network: Network = {
  name: 'small',
  inputShape: [6, 6, 1],
  layers: [
    {
      ...{ name: 'conv1', kind: 'conv2d', inChannels: 1, outChannels: 6 },
      ...{ kernelSize: [3, 3], stride: 1, padding: 1, bias: true },
    },
    { name: 'relu1', kind: 'relu' },
    {
      ...{ name: 'conv2', kind: 'conv2d', inChannels: 6, outChannels: 4 },
      ...{ kernelSize: [3, 3], stride: 2, padding: 1, bias: true },
    },
    { name: 'relu2', kind: 'relu' },
    { name: 'flatten', kind: 'flatten' },
    { name: 'fc', kind: 'dense', inFeatures: 36, outFeatures: 3, bias: true },
  ],
};
const random = createRandom(5);
const imageCount = 400;

/** Images [6, 6, 1] whose pixels are like their neighbours, as those of photographs are: sums of a few waves. */
function smoothImages(count: number): Float32Array {
  const images = new Float32Array(count * 36);
  for (let image = 0; image < count; image++) {
    const [a, b, c, d, e] = Array.from({ length: 5 }, () => random.normal());
    for (let pixel = 0; pixel < 36; pixel++) {
      const [x, y] = [(pixel % 6) / 6, Math.floor(pixel / 6) / 6];
      images[image * 36 + pixel] = a! * Math.cos(3 * x) + b! * Math.cos(3 * y) + c! * Math.sin(3 * x) + d! * y + e!;
    }
  }
  return images;
}

const train = {
  inputs: smoothImages(imageCount),
  labels: new Uint8Array(imageCount),
  count: imageCount,
};
const normalization = { mean: 0, std: 1 };
const samples = { train, normalization, batchSize: 32 };

function build(): TrainedNetwork {
  return new TrainedNetwork(
    network,
    new DeviceParameters(networkParameters(network), (spec) => initialValues(spec, createRandom(9))),
  );
}

test('outputs follow from the sampled inputs by the kernel, whatever stride and padding', async () => {
  const model = build();
  const tensors = tf.memory().numTensors;
  const sampling = { points: 5, samples: 40 };
  const found = await sampleFeatureMaps({ model, samples, layers: ['conv1', 'conv2', 'fc'], sampling, random });
  expect(tf.memory().numTensors).toBe(tensors);
  expect([...found].map(([name, { rows }]) => [name, rows])).toEqual([
    ['conv1', 200],
    ['conv2', 200],
    ['fc', 40],
  ]);
  for (const [name, { rows, inputs, outputs }] of found) {
    const kernel = (await model.parameters.readValues([`${name}.weight`])).get(`${name}.weight`)!;
    const columns = outputs.length / rows;
    const wanted = multiply(inputs, kernel, { rows, inner: kernel.length / columns, columns });
    expect(Math.max(...outputs.map((output, at) => Math.abs(output - wanted[at]!))), name).toBeLessThan(1e-5);
    expect(new Set(outputs).size, name).toBeGreaterThan(rows);
  }
  model.dispose();
});

test('a map with fewer positions than points is taken whole', async () => {
  const model = build();
  const sampling = { points: 100, samples: 3 };
  const found = await sampleFeatureMaps({ model, samples, layers: ['conv2', 'relu2'], sampling, random });
  expect([...found.keys()]).toEqual(['conv2']);
  expect(found.get('conv2')!.rows).toBe(3 * 9);
  model.dispose();
});

const zoo = {
  models: [{ name: 'small', summary: '', inputShape: [6, 6, 1], build: () => network }],
  datasets: [{ name: 'noise', summary: '', inputShape: [6, 6, 1], classCount: 3, trainSize: 400, testSize: 80 }],
};

/** Logits before and after half the channels of a layer have gone, in the epoch that begins. */
async function prune(pruner: string, weights: string) {
  const text = `version: 1
training: {model: small, dataset: noise, epochs: 1, train_size: 400, validation_size: 80, batch_size: 32}
pruners:
  half: {class: ${pruner}, group_type: Channels, desired_sparsity: 0.5, weights: [${weights}]}
policies:
  - pruner: {instance_name: half}
    epochs: [0]
`;
  const parsed = parseSchedule(text, zoo);
  if (!parsed.ok) throw new Error(parsed.diagnostics.map(({ message }) => message).join('\n'));
  const { policies, training } = parsed.value;
  const model = build();
  const optimizer = new Optimizer(training.optimizer, model.trainable());
  const evidence = new PrunerEvidence(policies, network);
  const scheduler = new CompressionScheduler({
    policies: createPolicies(parsed.value, createRandom(1)),
    store: model.parameters,
    network: accessNetwork({ model, optimizer, evidence, samples }),
    rates: optimizer.rates,
    startQuantization: () => undefined,
  });
  const logits = (): Float32Array =>
    tf.tidy(() => model.forward(tf.tensor(fresh, [50, 6, 6, 1]), false).dataSync() as Float32Array);
  const before = logits();
  await scheduler.onEpochBegin(0, 1);
  await scheduler.onMinibatchBegin({ epoch: 0, step: 0, stepsPerEpoch: 1 });
  const after = logits();
  const kernel = (await model.parameters.readValues([weights])).get(weights)!;
  const mask = (await model.parameters.readMasks([weights])).get(weights)!;
  optimizer.dispose();
  model.dispose();
  const change = before.reduce((sum, value, at) => sum + (value - after[at]!) ** 2, 0) / before.length;
  return { change, zeros: kernel.filter((weight) => weight === 0).length, mask };
}

/** Images that no sample was taken from. */
const fresh = smoothImages(50);

test.each(['conv2.weight', 'fc.weight'])(
  'without half of its channels %s changes the answers less if it is rebuilt',
  async (weights) => {
    const rebuilt = await prune('FMReconstructionChannelPruner', weights);
    const masked = await prune('L1RankedStructureParameterPruner', weights);
    expect([...rebuilt.mask]).toEqual([...masked.mask]);
    expect(rebuilt.zeros).toBe(rebuilt.mask.length / 2);
    expect(masked.change).toBeGreaterThan(0);
    expect(rebuilt.change).toBeLessThan(0.5 * masked.change);
  },
);
