import type { ZooModel } from '../schedule/zoo-port.ts';
import { simplenetCifar } from './models-cifar.ts';
import { cnnMnist, mlpMnist, simplenetMnist, simplenetV2Mnist } from './models-mnist.ts';
import { mobilenet025Cifar } from './models-mobile.ts';
import { mlp2d } from './models-plane.ts';
import { plain20Cifar, preactResnet20Cifar, resnet20Cifar, resnet20CifarEarlyExit } from './models-residual.ts';

/** Every model of the zoo by the name that Distiller has for it, if it has one; the default first. */
export const models: readonly ZooModel[] = [
  cnnMnist,
  simplenetMnist,
  simplenetV2Mnist,
  mlpMnist,
  mlp2d,
  simplenetCifar,
  plain20Cifar,
  resnet20Cifar,
  resnet20CifarEarlyExit,
  preactResnet20Cifar,
  mobilenet025Cifar,
];

/** The model of that exact name. */
export function findModel(name: string): ZooModel | undefined {
  return models.find((model) => model.name === name);
}
