import type { Layer, Network } from '../core/network.ts';

/** A model of the zoo: a name, a sentence and its network for a number of classes. */
export interface ModelDefinition {
  /** As Distiller spells it where Distiller has it. */
  readonly name: string;
  readonly summary: string;
  /** Shape of one input, [height, width, channels] or [features]. */
  readonly inputShape: readonly number[];
  readonly build: (classCount: number) => Network;
}

const conv = (name: string, inChannels: number, outChannels: number, size: number): Layer => ({
  name,
  kind: 'conv2d',
  inChannels,
  outChannels,
  kernelSize: [size, size],
  stride: 1,
  padding: 0,
  bias: true,
});
const dense = (name: string, inFeatures: number, outFeatures: number): Layer => ({
  name,
  kind: 'dense',
  inFeatures,
  outFeatures,
  bias: true,
});
const relu = (name: string): Layer => ({ name, kind: 'relu' });
const maxPool = (name: string): Layer => ({ name, kind: 'max-pool', size: 2 });
/** Distiller flattens inside `forward`; here it is a layer of its own, which no schedule addresses. */
const flatten: Layer = { name: 'flatten', kind: 'flatten' };

const cnnMnist: ModelDefinition = {
  name: 'cnn_mnist',
  summary: 'Two 5×5 convolutions and two dense layers, 20 424 weights: small enough to train while you watch.',
  inputShape: [28, 28, 1],
  build: (classCount) => ({
    name: 'cnn_mnist',
    inputShape: [28, 28, 1],
    layers: [
      conv('conv1', 1, 8, 5),
      relu('relu1'),
      maxPool('pool1'),
      conv('conv2', 8, 16, 5),
      relu('relu2'),
      maxPool('pool2'),
      flatten,
      dense('fc1', 256, 64),
      relu('relu3'),
      dense('fc2', 64, classCount),
    ],
  }),
};

const simplenetMnist: ModelDefinition = {
  name: 'simplenet_mnist',
  summary: "Distiller's own MNIST network, 430 500 weights: LeNet with 20 and 50 filters.",
  inputShape: [28, 28, 1],
  build: (classCount) => ({
    name: 'simplenet_mnist',
    inputShape: [28, 28, 1],
    layers: [
      conv('conv1', 1, 20, 5),
      relu('relu1'),
      maxPool('pool1'),
      conv('conv2', 20, 50, 5),
      relu('relu2'),
      maxPool('pool2'),
      flatten,
      dense('fc1', 800, 500),
      relu('relu3'),
      dense('fc2', 500, classCount),
    ],
  }),
};

const mlpMnist: ModelDefinition = {
  name: 'mlp_mnist',
  summary: 'Three dense layers, 784-300-100: LeNet-300-100, the network of the first pruning papers.',
  inputShape: [28, 28, 1],
  build: (classCount) => ({
    name: 'mlp_mnist',
    inputShape: [28, 28, 1],
    layers: [
      flatten,
      dense('fc1', 784, 300),
      relu('relu1'),
      dense('fc2', 300, 100),
      relu('relu2'),
      dense('fc3', 100, classCount),
    ],
  }),
};

const mlp2d: ModelDefinition = {
  name: 'mlp_2d',
  summary: 'Two hidden layers of eight neurons for points in the plane.',
  inputShape: [2],
  build: (classCount) => ({
    name: 'mlp_2d',
    inputShape: [2],
    layers: [dense('fc1', 2, 8), relu('relu1'), dense('fc2', 8, 8), relu('relu2'), dense('fc3', 8, classCount)],
  }),
};

/** Every model of the zoo, the default first. */
export const models: readonly ModelDefinition[] = [cnnMnist, simplenetMnist, mlpMnist, mlp2d];

/** The model of that exact name. */
export function findModel(name: string): ModelDefinition | undefined {
  return models.find((model) => model.name === name);
}
