import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Layer, networkParameters, type Network } from '../core/network.ts';
import { evaluateNetwork } from '../core/network-reference.ts';
import { createRandom } from '../core/random.ts';
import { findModel } from '../zoo/models.ts';
import { useCpuBackend } from './backend-cpu.ts';
import { CompressionScheduler } from './compression-scheduler.ts';
import { DeviceParameters, initialValues } from './device-parameters.ts';
import { accessNetwork } from './network-access.ts';
import { Optimizer } from './optimizer.ts';
import { PrunerEvidence } from './pruner-evidence.ts';
import { disposeStepMetrics, TrainedNetwork, TrainStep } from './train-step.ts';

beforeAll(useCpuBackend);

const random = createRandom(3);

/** A model with an eighth of its filters: the same graph in a fraction of the time. */
function slim(network: Network): Network {
  const less = (length: number): number => (length % 8 === 0 ? length / 8 : length);
  const layers = network.layers.map((layer): Layer => {
    switch (layer.kind) {
      case 'conv2d':
        return { ...layer, inChannels: less(layer.inChannels), outChannels: less(layer.outChannels) };
      case 'depthwise-conv2d':
        return { ...layer, channels: less(layer.channels) };
      case 'batch-norm':
        return { ...layer, features: less(layer.features) };
      case 'dense':
        return { ...layer, inFeatures: less(layer.inFeatures) };
      case 'channel-pad':
        return { ...layer, before: layer.before / 8, after: layer.after / 8 };
      default:
        return layer;
    }
  });
  return { ...network, layers };
}

function build(name: string, change: (network: Network) => Network = (network) => network): TrainedNetwork {
  const network = change(findModel(name)!.build({ classCount: 10, inputShape: [28, 28, 1] }));
  const parameters = new DeviceParameters(networkParameters(network), (spec) => initialValues(spec, random));
  return new TrainedNetwork(network, parameters);
}

const noise = (size: number): Float32Array => Float32Array.from({ length: size }, () => random.normal());
const sizeOf = ({ inputShape }: Network): number => inputShape.reduce((product, length) => product * length, 1);

async function trainOnce(model: TrainedNetwork, count: number): Promise<void> {
  const optimizer = new Optimizer(
    { class: 'SGD', lr: 0.1, momentum: 0.9, weightDecay: 1e-4, nesterov: false },
    model.trainable(),
  );
  const evidence = new PrunerEvidence([], model.network);
  const scheduler = new CompressionScheduler({
    policies: [],
    store: model.parameters,
    network: accessNetwork({ model, optimizer, evidence }),
    rates: optimizer.rates,
    startQuantization: () => undefined,
  });
  const labels = Int32Array.from({ length: count }, (_, index) => index % 10);
  const batch = { inputs: noise(count * sizeOf(model.network)), labels, count };
  const step = new TrainStep({ model, optimizer, scheduler, evidence });
  disposeStepMetrics(await step.run(batch, { epoch: 0, step: 0, stepsPerEpoch: 1 }));
  optimizer.dispose();
}

describe.each(['plain20_cifar', 'resnet20_cifar', 'preact_resnet20_cifar', 'simplenet_cifar', 'mobilenet_025_cifar'])(
  '%s',
  (name) => {
    test('a step moves every parameter and all running statistics; then it computes what plain arrays do', async () => {
      const model = build(name, name === 'simplenet_cifar' ? undefined : slim);
      const names = networkParameters(model.network).map(({ name: parameter }) => parameter);
      const before = await model.parameters.readValues(names);
      await trainOnce(model, 2);
      const after = await model.parameters.readValues(names);
      for (const parameter of names) expect(after.get(parameter), parameter).not.toEqual(before.get(parameter));
      const statistics = await model.statistics.read();
      for (const [statistic, values] of statistics)
        expect(values, statistic).not.toEqual(values.map(() => (statistic.endsWith('var') ? 1 : 0)));
      const input = noise(sizeOf(model.network));
      const shape = [1, ...model.network.inputShape];
      const expected = evaluateNetwork(model.network, { shape, values: input }, new Map([...after, ...statistics]));
      const logits = tf.tidy(() => model.forward(tf.tensor(input, shape), false));
      const scale = Math.max(...expected.values.map(Math.abs));
      for (const [index, value] of logits.dataSync().entries())
        expect(value / scale).toBeCloseTo(expected.values[index]! / scale, 3);
      logits.dispose();
      model.dispose();
    });
  },
);

test('models that say so draw their kernels by their outputs', () => {
  const { network, parameters } = build('resnet20_cifar');
  const kernel = Float32Array.from(parameters.variable('layer3.1.conv1.weight').dataSync());
  const deviation = Math.sqrt(kernel.reduce((sum, value) => sum + value * value, 0) / kernel.length);
  expect(deviation).toBeCloseTo(Math.sqrt(2 / (9 * 64)), 3);
  expect(network.exits).toBeUndefined();
});
