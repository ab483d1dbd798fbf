import type { ZooModel } from '../schedule/zoo-port.ts';
import { averagePool, convolution, dense, flatten, maxPool, relu } from './layer-builders.ts';

const inputShape = [28, 28, 1];

export const cnnMnist: ZooModel = {
  name: 'cnn_mnist',
  summary: 'Two 5×5 convolutions and two dense layers, 20 424 weights: small enough to train while you watch.',
  inputShape,
  build: ({ classCount }) => ({
    name: 'cnn_mnist',
    inputShape,
    layers: [
      convolution('conv1', [1, 8], 5),
      relu('relu1'),
      maxPool('pool1'),
      convolution('conv2', [8, 16], 5),
      relu('relu2'),
      maxPool('pool2'),
      flatten,
      dense('fc1', [256, 64]),
      relu('relu3'),
      dense('fc2', [64, classCount]),
    ],
  }),
};

export const simplenetMnist: ZooModel = {
  name: 'simplenet_mnist',
  summary: "Distiller's own MNIST network, 430 500 weights: LeNet with 20 and 50 filters.",
  inputShape,
  build: ({ classCount }) => ({
    name: 'simplenet_mnist',
    inputShape,
    layers: [
      convolution('conv1', [1, 20], 5),
      relu('relu1'),
      maxPool('pool1'),
      convolution('conv2', [20, 50], 5),
      relu('relu2'),
      maxPool('pool2'),
      flatten,
      dense('fc1', [800, 500]),
      relu('relu3'),
      dense('fc2', [500, classCount]),
    ],
  }),
};

export const simplenetV2Mnist: ZooModel = {
  name: 'simplenet_v2_mnist',
  summary: "Distiller's second MNIST network, 26 000 weights: an average over the image instead of large dense layers.",
  inputShape,
  build: ({ classCount }) => ({
    name: 'simplenet_v2_mnist',
    inputShape,
    layers: [
      convolution('conv1', [1, 20], 5),
      relu('relu1'),
      maxPool('pool1'),
      convolution('conv2', [20, 50], 5),
      relu('relu2'),
      maxPool('pool2'),
      averagePool('avgpool', 4),
      flatten,
      dense('fc', [50, classCount]),
    ],
  }),
};

export const mlpMnist: ZooModel = {
  name: 'mlp_mnist',
  summary: 'Three dense layers, 784-300-100: LeNet-300-100, the network of the first pruning papers.',
  inputShape,
  build: ({ classCount }) => ({
    name: 'mlp_mnist',
    inputShape,
    layers: [
      flatten,
      dense('fc1', [784, 300]),
      relu('relu1'),
      dense('fc2', [300, 100]),
      relu('relu2'),
      dense('fc3', [100, classCount]),
    ],
  }),
};
