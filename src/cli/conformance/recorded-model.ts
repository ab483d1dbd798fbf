import { networkGraph, networkInput } from '../../core/network-graph.ts';
import { networkParameters, type Layer, type Network } from '../../core/network.ts';
import type { NetworkValues } from '../../core/network-reference.ts';
import type { ArrayTensor } from '../../core/network-reference-convolution.ts';
import { fromProject, toProject, transpose } from './layout.ts';
import type { VectorTensor } from './vector-file.ts';

/** A layer as the vector files describe it. */
interface LayerDescription {
  readonly name: string;
  readonly type: string;
  readonly in: number;
  readonly out: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly padding?: number;
  readonly bias: boolean;
  readonly features: number;
}

export type ModelDescription = readonly LayerDescription[];
export type NamedTensors = Readonly<Record<string, VectorTensor>>;

const pytorchMomentum = 0.1;
const pytorchEpsilon = 1e-5;

/** A model of the files as a network. @param sampleShape [channels, height, width] or [features] */
export function networkOf(model: ModelDescription, sampleShape: readonly number[]): Network {
  const [channels, height, width] = sampleShape;
  const inputShape = height === undefined || width === undefined ? sampleShape : [height, width, channels ?? 1];
  return { name: 'recorded', inputShape, layers: model.map(layerOf) };
}

function layerOf(layer: LayerDescription): Layer {
  const { name, type, bias, kernel } = layer;
  switch (type) {
    case 'linear':
      return { name, kind: 'dense', inFeatures: layer.in, outFeatures: layer.out, bias };
    case 'conv2d':
      return {
        ...{ name, kind: 'conv2d', inChannels: layer.in, outChannels: layer.out, bias },
        ...{ kernelSize: [kernel, kernel], stride: layer.stride ?? 1, padding: layer.padding ?? 0 },
      };
    case 'batchnorm1d':
    case 'batchnorm2d':
      return { name, kind: 'batch-norm', features: layer.features, epsilon: pytorchEpsilon, momentum: pytorchMomentum };
    case 'maxpool2d':
      return { name, kind: 'max-pool', size: kernel };
    case 'avgpool2d':
      return { name, kind: 'avg-pool', size: kernel };
    case 'relu':
    case 'tanh':
    case 'sigmoid':
    case 'flatten':
      return { name, kind: type };
    default:
      throw new Error(`The files describe no layer of the type ${type}`);
  }
}

/**
 * The way of a network's tensors between the files and the project. PyTorch flattens channel, height, width: behind a
 * flatten the features stand in another order, up to the next dense layer's inputs.
 */
export class TensorDoor {
  readonly #network: Network;
  /** For each layer the order of its output's features: project index by index in the files. Null: the same. */
  readonly #outputOrders = new Map<string, readonly number[] | null>([[networkInput, null]]);
  readonly #inputOrders = new Map<string, readonly number[] | null>();

  constructor(network: Network) {
    this.#network = network;
    for (const [name, { layer, inputs, inputShapes }] of networkGraph(network)) {
      const input = this.#outputOrders.get(inputs[0] ?? networkInput) ?? null;
      this.#inputOrders.set(name, input);
      const isFlattening = layer.kind === 'flatten' && inputShapes[0]?.length === 3;
      const isLinear = layer.kind === 'dense' || layer.kind === 'conv2d';
      if (isFlattening) this.#outputOrders.set(name, flattenedOrder(inputShapes[0] ?? []));
      else this.#outputOrders.set(name, isLinear ? null : input);
    }
  }

  /** Named tensors of a case in project layout. */
  valuesFromFile(named: NamedTensors): NetworkValues {
    return new Map(Object.entries(named).map(([name, tensor]) => [name, this.#valueFromFile(name, tensor)]));
  }

  /** The way back, in the order of the values. */
  valuesToFile(values: NetworkValues): Record<string, VectorTensor> {
    return Object.fromEntries(Array.from(values, ([name, value]) => [name, this.valueToFile(name, value)]));
  }

  valueToFile(name: string, values: Float32Array): VectorTensor {
    const layer = name.slice(0, name.lastIndexOf('.'));
    const shape = networkParameters(this.#network).find((spec) => spec.name === name)?.shape ?? [values.length];
    const order = this.#orderOf(layer, shape.length);
    return fromProject(shape, order ? pickRows(values, order) : values);
  }

  /** Values of a layer's output in the layout of the files. */
  outputToFile(layer: string, { shape, values }: ArrayTensor): VectorTensor {
    const [samples = 1, height = 1, width = 1, channels = 1] = shape;
    if (shape.length === 4) {
      const stored = transpose(shape, values, [0, 3, 1, 2]);
      return { shape: [samples, channels, height, width], data: Array.from(stored.values) };
    }
    const order = this.#outputOrders.get(layer);
    if (!order) return { shape, data: Array.from(values) };
    const data = Array.from({ length: values.length }, (_, index) => {
      const start = index - (index % order.length);
      return values[start + (order[index % order.length] ?? 0)] ?? NaN;
    });
    return { shape, data };
  }

  #valueFromFile(name: string, tensor: VectorTensor): Float32Array {
    const { shape, values } = toProject(tensor);
    const order = this.#orderOf(name.slice(0, name.lastIndexOf('.')), shape.length);
    if (!order) return values;
    const inverse = order.map(() => 0);
    for (const [file, project] of order.entries()) inverse[project] = file;
    return pickRows(values, inverse);
  }

  /** The order along the first project axis of a tensor: inputs of a dense kernel, or features of a batch-norm. */
  #orderOf(layer: string, rank: number): readonly number[] | null {
    const kind = this.#network.layers.find(({ name }) => name === layer)?.kind;
    const followsInput = (kind === 'dense' && rank === 2) || kind === 'batch-norm';
    return followsInput ? (this.#inputOrders.get(layer) ?? null) : null;
  }
}

function flattenedOrder(shape: readonly number[]): readonly number[] {
  const size = shape.reduce((product, length) => product * length, 1);
  const indices = Float32Array.from({ length: size }, (_, index) => index);
  return Array.from(transpose(shape, indices, [2, 0, 1]).values);
}

/** Rows of a matrix with `order.length` rows in another order. */
function pickRows(values: Float32Array, order: readonly number[]): Float32Array {
  const width = values.length / order.length;
  return Float32Array.from(order.flatMap((row) => Array.from(values.subarray(row * width, (row + 1) * width))));
}

/** Samples [n, channels, height, width] or [n, features] in project layout. */
export function samplesOf({ shape, data }: VectorTensor): ArrayTensor {
  return shape.length === 4 ? transpose(shape, data, [0, 2, 3, 1]) : { shape, values: Float32Array.from(data) };
}
