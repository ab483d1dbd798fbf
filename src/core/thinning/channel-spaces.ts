import { outputLayers, type Network } from '../network.ts';
import { networkGraph, networkInput, type GraphNode } from '../network-graph.ts';

/** A layer that holds weights along the channels of a space. */
export interface SpaceMember {
  readonly layer: string;
  /** Pixels whose channels lie one after the other on the axis: height · width behind a flatten, else 1. */
  readonly positions: number;
}

/** A layer that mixes the channels of a space into others. */
export interface SpaceConsumer extends SpaceMember {
  /** Depthwise layers that every channel goes through on its way there. */
  readonly behind: readonly string[];
}

/**
 * Channels that exist together or not at all: the outputs of a layer, followed through normalization, activation, pooling,
 * depthwise convolution, flatten and addition. An addition makes one space of both its inputs.
 */
export interface ChannelSpace {
  readonly size: number;
  /** Convolutions and dense layers whose outputs these channels are. Several if an addition joins them. */
  readonly producers: readonly string[];
  readonly norms: readonly SpaceMember[];
  /** Depthwise convolutions, which have a filter for each channel and hand it on. */
  readonly depthwise: readonly string[];
  readonly consumers: readonly SpaceConsumer[];
  /** Why channels cannot be taken away, or null. */
  readonly fixedBecause: string | null;
}

interface Draft {
  size: number;
  producers: string[];
  norms: SpaceMember[];
  depthwise: string[];
  consumers: SpaceConsumer[];
  fixedBecause: string | null;
}

/** Where a layer's output lies: its space, how many pixels are flattened on its channel axis, and what it went through. */
interface Place {
  readonly space: number;
  readonly positions: number;
  readonly behind: readonly string[];
}

/** The channel spaces of a network, in the order in which they begin. */
export function channelSpaces(network: Network): readonly ChannelSpace[] {
  const drafts: Draft[] = [];
  const parents: number[] = [];
  const create = (size: number, fixedBecause: string | null): Place => {
    drafts.push({ size, producers: [], norms: [], depthwise: [], consumers: [], fixedBecause });
    parents.push(parents.length);
    return { space: drafts.length - 1, positions: 1, behind: [] };
  };
  const rootOf = (space: number): number => (parents[space] === space ? space : rootOf(parents[space]!));
  const draftOf = ({ space }: Place): Draft => drafts[rootOf(space)]!;
  const join = (a: Place, b: Place): void => {
    const [first, second] = [rootOf(a.space), rootOf(b.space)].sort((x, y) => x - y) as [number, number];
    if (first === second) return;
    const merged = mergeDrafts(drafts[first]!, drafts[second]!);
    if (a.positions !== b.positions) merged.fixedBecause ??= 'an addition joins features that are numbered differently';
    drafts[first] = merged;
    parents[second] = first;
  };
  const places = new Map([[networkInput, create(network.inputShape.at(-1)!, "they are the network's input")]]);
  for (const [name, node] of networkGraph(network)) {
    const place = placeOutput(
      node,
      node.inputs.map((input) => places.get(input)!),
      { create, draftOf, join },
    );
    places.set(name, place);
  }
  for (const name of outputLayers(network)) draftOf(places.get(name)!).fixedBecause ??= "they are the network's output";
  return drafts.filter((_, index) => parents[index] === index);
}

interface SpaceBuilder {
  readonly create: (size: number, fixedBecause: string | null) => Place;
  readonly draftOf: (place: Place) => Draft;
  readonly join: (a: Place, b: Place) => void;
}

function placeOutput({ layer, inputShapes }: GraphNode, inputs: readonly Place[], build: SpaceBuilder): Place {
  const input = inputs[0]!;
  const member = { layer: layer.name, positions: input.positions };
  switch (layer.kind) {
    case 'conv2d':
    case 'dense': {
      build.draftOf(input).consumers.push({ ...member, behind: input.behind });
      const output = build.create(layer.kind === 'conv2d' ? layer.outChannels : layer.outFeatures, null);
      build.draftOf(output).producers.push(layer.name);
      return output;
    }
    case 'depthwise-conv2d':
      build.draftOf(input).depthwise.push(layer.name);
      return { ...input, behind: [...input.behind, layer.name] };
    case 'batch-norm':
      build.draftOf(input).norms.push(member);
      return input;
    case 'flatten': {
      const pixels = inputShapes[0]!.slice(0, -1).reduce((product, length) => product * length, 1);
      return { ...input, positions: input.positions * pixels };
    }
    case 'channel-pad': {
      const reason = `${layer.name} widens them with zeros`;
      build.draftOf(input).fixedBecause ??= reason;
      return build.create(layer.before + inputShapes[0]!.at(-1)! + layer.after, reason);
    }
    case 'add':
      for (const other of inputs.slice(1)) build.join(input, other);
      return { ...input, behind: input.behind.filter((name) => inputs.every(({ behind }) => behind.includes(name))) };
    case 'relu':
    case 'tanh':
    case 'sigmoid':
    case 'max-pool':
    case 'avg-pool':
      return input;
  }
}

function mergeDrafts(a: Draft, b: Draft): Draft {
  return {
    size: a.size,
    producers: [...a.producers, ...b.producers],
    norms: [...a.norms, ...b.norms],
    depthwise: [...a.depthwise, ...b.depthwise],
    consumers: [...a.consumers, ...b.consumers],
    fixedBecause: a.fixedBecause ?? b.fixedBecause,
  };
}
