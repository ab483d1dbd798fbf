import { type Layer, type Network, networkParameters } from '../../core/network.ts';
import type { Zoo } from '../../schedule/zoo-port.ts';
import { fromProject, toProject, transpose } from './layout.ts';
import type { VectorTensor } from './vector-file.ts';

/** A layer of a model description in the files. */
interface LayerDescription {
  readonly name: string;
  readonly type: string;
  readonly in: number;
  readonly out: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly bias: boolean;
  readonly features: number;
}

export type ModelDescription = readonly LayerDescription[];

/** [channels, height, width] in front of a flattening, by the dense layer that reads it. */
type FlattenedShapes = ReadonlyMap<string, readonly [number, number, number]>;

/** A model of the files as a network, and the way of its tensors through the door. */
export class VectorNetwork {
  readonly network: Network;
  private readonly flattened: FlattenedShapes;

  /** @param inputShape Of one sample, [channels, height, width] or [features]. Throws RangeError on an unknown layer. */
  constructor(model: ModelDescription, inputShape: readonly number[]) {
    this.network = { name: 'cnn_mnist', inputShape: toImageShape(inputShape), layers: model.map(toLayer) };
    this.flattened = findFlattened(this.network);
  }

  /** Values of a parameter (or its mask) in project layout. */
  fromFile(parameter: string, tensor: VectorTensor): Float32Array {
    const { shape, values } = toProject(tensor);
    const image = this.imageBefore(parameter, shape);
    if (image === undefined) return values;
    const [channels, height, width] = image;
    return transpose([channels, height, width, present(shape[1])], values, [1, 2, 0, 3]).values;
  }

  /** The way back. */
  toFile(parameter: string, values: ArrayLike<number>): VectorTensor {
    const { shape } = present(networkParameters(this.network).find(({ name }) => name === parameter));
    const image = this.imageBefore(parameter, shape);
    if (image === undefined) return fromProject(shape, values);
    const [channels, height, width] = image;
    return fromProject(shape, transpose([height, width, channels, present(shape[1])], values, [2, 0, 1, 3]).values);
  }

  /** A zoo of this model alone, so that schedules can be read against it. */
  zoo(classCount: number): Zoo {
    const { inputShape } = this.network;
    const model = { name: 'cnn_mnist', summary: 'A recorded model.', inputShape, build: () => this.network };
    const dataset = {
      name: 'mnist',
      summary: 'Recorded data.',
      inputShape,
      classCount,
      trainSize: 60_000,
      testSize: 10_000,
    };
    return { models: [model], datasets: [dataset] };
  }

  private imageBefore(parameter: string, shape: readonly number[]): readonly [number, number, number] | undefined {
    return shape.length === 2 ? this.flattened.get(parameter.slice(0, parameter.lastIndexOf('.'))) : undefined;
  }
}

/** Samples [n, channels, height, width] or [n, features] in project layout. */
export function samplesFromFile({ shape, data }: VectorTensor): Float32Array {
  return shape.length === 4 ? transpose(shape, data, [0, 2, 3, 1]).values : Float32Array.from(data);
}

function toImageShape(shape: readonly number[]): readonly number[] {
  return shape.length === 3 ? [present(shape[1]), present(shape[2]), present(shape[0])] : shape;
}

function toLayer(layer: LayerDescription): Layer {
  const { name, type } = layer;
  switch (type) {
    case 'linear':
      return { name, kind: 'dense', inFeatures: layer.in, outFeatures: layer.out, bias: layer.bias };
    case 'conv2d':
      return {
        name,
        kind: 'conv2d',
        inChannels: layer.in,
        outChannels: layer.out,
        kernelSize: [layer.kernel, layer.kernel],
        stride: layer.stride,
        padding: layer.padding,
        bias: layer.bias,
      };
    case 'batchnorm1d':
    case 'batchnorm2d':
      return { name, kind: 'batch-norm', features: layer.features, epsilon: 1e-5, momentum: 0.1 };
    case 'maxpool2d':
      return { name, kind: 'max-pool', size: layer.kernel };
    case 'avgpool2d':
      return { name, kind: 'avg-pool', size: layer.kernel };
    case 'relu':
    case 'tanh':
    case 'sigmoid':
    case 'flatten':
      return { name, kind: type };
    default:
      throw new RangeError(`Layers of type ${type} are not trained`);
  }
}

function findFlattened(network: Network): FlattenedShapes {
  const found = new Map<string, readonly [number, number, number]>();
  let [height, width, channels] = network.inputShape as readonly [number, number, number];
  let isFlattened = false;
  for (const layer of network.layers) {
    if (layer.kind === 'conv2d') {
      height = Math.floor((height + 2 * layer.padding - layer.kernelSize[0]) / layer.stride) + 1;
      width = Math.floor((width + 2 * layer.padding - layer.kernelSize[1]) / layer.stride) + 1;
      channels = layer.outChannels;
    } else if (layer.kind === 'max-pool' || layer.kind === 'avg-pool') {
      height = Math.floor(height / layer.size);
      width = Math.floor(width / layer.size);
    } else if (layer.kind === 'flatten') {
      isFlattened = network.inputShape.length === 3;
    } else if (layer.kind === 'dense') {
      if (isFlattened) found.set(layer.name, [channels, height, width]);
      isFlattened = false;
    }
  }
  return found;
}

/** A value that the file's description promises. */
export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('The case lacks something that its operation needs');
  return value;
}
