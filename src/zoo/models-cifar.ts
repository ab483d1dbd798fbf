import type { ModelInput, ZooModel } from '../schedule/zoo-port.ts';
import { convolution, dense, flatten, maxPool, relu } from './layer-builders.ts';

/** CIFAR images, which these models were made for. */
export const cifarShape = [32, 32, 3];

const acceptsImage = (shape: readonly number[]): boolean => {
  const [height = 0, width = 0, channels = 0] = shape;
  return shape.length === 3 && height === width && [28, 32].includes(height) && [1, 3].includes(channels);
};

/** How the first convolution of a CIFAR model takes images of another shape. */
export interface AdaptedInput {
  readonly inputShape: readonly number[];
  readonly channels: number;
  /**
   * Zeros that make 28 pixels 32, on each side. The first convolution adds them to its own padding: a convolution of the
   * padded image is the convolution with more padding.
   */
  readonly padding: number;
}

function adapt(name: string, inputShape: readonly number[]): AdaptedInput {
  if (!acceptsImage(inputShape)) {
    throw new RangeError(`${name} takes square images of 28 or 32 pixels, got the shape [${inputShape.join(', ')}]`);
  }
  const [side = 32, , channels = 3] = inputShape;
  return { inputShape, channels, padding: (32 - side) / 2 };
}

/** A model for 32 × 32 images with three channels that also takes 28 × 28 ones and grey ones. */
export function cifarModel(
  name: string,
  summary: string,
  build: (input: AdaptedInput, classCount: number) => ReturnType<ZooModel['build']>,
): ZooModel {
  return {
    name,
    summary,
    inputShape: cifarShape,
    accepts: acceptsImage,
    build: ({ classCount, inputShape = cifarShape }: ModelInput) => build(adapt(name, inputShape), classCount),
  };
}

export const simplenetCifar = cifarModel(
  'simplenet_cifar',
  "Distiller's CIFAR network, 61 770 weights with three channels: two convolutions and three dense layers.",
  ({ inputShape, channels, padding }, classCount) => ({
    name: 'simplenet_cifar',
    inputShape,
    layers: [
      convolution('conv1', [channels, 6], 5, { padding }),
      relu('relu_conv1'),
      maxPool('pool1'),
      convolution('conv2', [6, 16], 5),
      relu('relu_conv2'),
      maxPool('pool2'),
      flatten,
      dense('fc1', [400, 120]),
      relu('relu_fc1'),
      dense('fc2', [120, 84]),
      relu('relu_fc2'),
      dense('fc3', [84, classCount]),
    ],
  }),
);
