import type { Layer, Network } from './network.ts';

/** What stands for the network's own input among the names of layers. No layer has an empty name. */
export const networkInput = '';

/** A layer with what it reads and who reads it. */
export interface LinkedLayer {
  readonly layer: Layer;
  /** Layers that it reads, or `networkInput`. */
  readonly inputs: readonly string[];
  /** Layers that read it, in the network's order. None for the last layer. */
  readonly consumers: readonly string[];
}

/** A linked layer with shapes without the batch: [height, width, channels] or [features]. */
export interface GraphNode extends LinkedLayer {
  readonly inputShapes: readonly (readonly number[])[];
  readonly outputShape: readonly number[];
}

/**
 * The layers of a network with what they read and who reads them, in execution order.
 *
 * @throws RangeError if a layer reads one that does not come before it, or two layers share a name.
 */
export function linkLayers(network: Network): ReadonlyMap<string, LinkedLayer> {
  const consumers = new Map<string, string[]>([[networkInput, []]]);
  const links = new Map<string, LinkedLayer>();
  let previous = networkInput;
  for (const layer of network.layers) {
    if (consumers.has(layer.name)) throw new RangeError(`Two layers are called ${layer.name}`);
    const inputs = layer.inputs ?? [previous];
    for (const name of inputs) {
      const readers = consumers.get(name);
      if (!readers) throw new RangeError(`Layer ${layer.name} reads ${name}, which does not come before it`);
      readers.push(layer.name);
    }
    const own: string[] = [];
    consumers.set(layer.name, own);
    links.set(layer.name, { layer, inputs, consumers: own });
    previous = layer.name;
  }
  return links;
}

/**
 * The linked layers of a network with the shapes in between, in execution order.
 *
 * @throws RangeError as `linkLayers`, or if a shape does not fit.
 */
export function networkGraph(network: Network): ReadonlyMap<string, GraphNode> {
  const shapes = new Map<string, readonly number[]>([[networkInput, network.inputShape]]);
  const nodes = new Map<string, GraphNode>();
  for (const [name, link] of linkLayers(network)) {
    const inputShapes = link.inputs.map((input) => shapes.get(input)!);
    const outputShape = outputShapeOf(link.layer, inputShapes);
    shapes.set(name, outputShape);
    nodes.set(name, { ...link, inputShapes, outputShape });
  }
  return nodes;
}

/**
 * Shape of a layer's output, without the batch.
 *
 * @throws RangeError if an input has not the channels or features that the layer declares, or the inputs of an addition differ.
 */
export function outputShapeOf(layer: Layer, inputShapes: readonly (readonly number[])[]): readonly number[] {
  const shape = inputShapes[0] ?? [];
  switch (layer.kind) {
    case 'conv2d':
    case 'depthwise-conv2d': {
      const [inputs, outputs] =
        layer.kind === 'conv2d' ? [layer.inChannels, layer.outChannels] : [layer.channels, layer.channels];
      expectLast(layer, shape, inputs, 3);
      const [height, width] = layer.kernelSize;
      const side = (length: number, kernel: number): number =>
        Math.floor((length + 2 * layer.padding - kernel) / layer.stride) + 1;
      return [side(shape[0]!, height), side(shape[1]!, width), outputs];
    }
    case 'dense':
      expectLast(layer, shape, layer.inFeatures, 1);
      return [layer.outFeatures];
    case 'batch-norm':
      expectLast(layer, shape, layer.features, shape.length);
      return shape;
    case 'max-pool':
    case 'avg-pool': {
      const stride = layer.stride ?? layer.size;
      const side = (length: number): number => Math.floor((length - layer.size) / stride) + 1;
      return [side(shape[0]!), side(shape[1]!), shape[2]!];
    }
    case 'flatten':
      return [shape.reduce((product, length) => product * length, 1)];
    case 'channel-pad':
      return [...shape.slice(0, -1), layer.before + shape.at(-1)! + layer.after];
    case 'add': {
      const odd = inputShapes.find((other) => other.join() !== shape.join());
      if (odd) throw new RangeError(`Layer ${layer.name} adds [${shape.join(', ')}] and [${odd.join(', ')}]`);
      return shape;
    }
    case 'relu':
    case 'tanh':
    case 'sigmoid':
      return shape;
  }
}

function expectLast(layer: Layer, shape: readonly number[], length: number, rank: number): void {
  if (shape.length === rank && shape.at(-1) === length) return;
  throw new RangeError(
    `Layer ${layer.name} takes ${length} ${rank === 3 ? 'channels' : 'features'}, got the shape [${shape.join(', ')}]`,
  );
}

/**
 * A network without some layers that have one input each: who read them reads their input instead. `inputs` is written
 * out only where a layer does not read the one before it.
 */
export function withoutLayers(network: Network, removed: ReadonlySet<string>): Network {
  const graph = linkLayers(network);
  const source = (name: string): string => (removed.has(name) ? source(graph.get(name)!.inputs[0]!) : name);
  let previous = networkInput;
  const layers = network.layers
    .filter(({ name }) => !removed.has(name))
    .map((layer) => {
      const inputs = graph.get(layer.name)!.inputs.map(source);
      const { inputs: _old, ...rest } = layer;
      const follows = inputs.length === 1 && inputs[0] === previous;
      previous = layer.name;
      return follows ? rest : { ...rest, inputs };
    });
  const exits = network.exits?.map((exit) => ({ ...exit, layer: source(exit.layer) }));
  return { ...network, layers, ...(exits && { exits }) };
}
