import type { ZooModel } from '../schedule/zoo-port.ts';
import { dense, relu } from './layer-builders.ts';

const inputShape = [2];

export const mlp2d: ZooModel = {
  name: 'mlp_2d',
  summary: 'Two hidden layers of eight neurons for points in the plane.',
  inputShape,
  build: ({ classCount }) => ({
    name: 'mlp_2d',
    inputShape,
    layers: [dense('fc1', [2, 8]), relu('relu1'), dense('fc2', [8, 8]), relu('relu2'), dense('fc3', [8, classCount])],
  }),
};
