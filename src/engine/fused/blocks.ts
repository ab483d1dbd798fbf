import {
  type BatchNormLayer,
  isLinear,
  type Layer,
  type LinearLayer,
  type Network,
  type PoolLayer,
} from '../../core/network.ts';
import { type GraphNode, networkGraph, networkInput } from '../../core/network-graph.ts';
import { type MapShape, mapShape } from './placement.ts';

export type ActivationKind = 'relu' | 'tanh' | 'sigmoid';

/**
 * A convolution, depthwise or not, or a dense layer with everything up to the next one that works on each value, or each window, by itself, in this
 * order. Without an affine layer: such a chain alone.
 */
export interface Block {
  readonly affine: LinearLayer | null;
  /** What it reads: the layer that ends another block, or `networkInput`. */
  readonly input: string;
  readonly batchNorm: BatchNormLayer | null;
  /** The block whose output is added. */
  readonly added: string | null;
  readonly activation: { readonly layer: string; readonly kind: ActivationKind } | null;
  readonly pool: PoolLayer | null;
  /** The last layer, by which others know its output. */
  readonly output: string;
  readonly inputShape: MapShape;
  /** Behind the affine layer. */
  readonly innerShape: MapShape;
  readonly outputShape: MapShape;
}

type Draft = { -readonly [Key in keyof Block]: Block[Key] };

/** A network that has no fused form yet, and why. */
export interface NotFusible {
  readonly reason: string;
}

/**
 * The blocks of a network in execution order.
 *
 * @param isReplaced Activations that need to see all of their input first: they do not join a chain that makes it on the way.
 * @param isApart Whether every layer is a block of its own, for who looks at all that is in between.
 */
export function findBlocks(
  network: Network,
  isReplaced: (layer: string) => boolean = () => false,
  isApart = false,
): readonly Block[] | NotFusible {
  const problem = firstProblem(network);
  if (problem !== null) return { reason: problem };
  const graph = networkGraph(network);
  const drafts: Draft[] = [];
  const byOutput = new Map<string, Draft>();
  const names = new Map<string, string>([[networkInput, networkInput]]);
  for (const [name, node] of graph) {
    const [first = networkInput, second] = node.inputs.map((input) => names.get(input) ?? input);
    if (node.layer.kind === 'flatten') {
      names.set(name, first);
      continue;
    }
    const open = isApart ? undefined : openBlock(graph, byOutput.get(first), isReplaced(name));
    const draft = joinBlock(open, node, second) ?? startBlock(node, first, second);
    // What is added may come from a block that was begun later: the chain is then done after that one.
    if (draft === open) drafts.splice(drafts.indexOf(draft), 1);
    drafts.push(draft);
    draft.output = name;
    draft.outputShape = mapShape(node.outputShape);
    names.set(name, name);
    byOutput.set(name, draft);
  }
  return drafts;
}

/**
 * A block that only one layer reads, so that the layer may join it. One that is replaced reads what is summed up before, unless
 * a batch normalization is part of that, which has to see all of its input too.
 */
function openBlock(
  graph: ReadonlyMap<string, GraphNode>,
  block: Draft | undefined,
  isReplaced: boolean,
): Draft | undefined {
  if (block === undefined || readersOf(graph, block.output) !== 1) return undefined;
  return isReplaced && block.added !== null && block.batchNorm === null ? undefined : block;
}

/** The block with the layer added to its chain, if that is its place. */
function joinBlock(block: Draft | undefined, { layer }: GraphNode, second: string | undefined): Draft | undefined {
  return block !== undefined && append(block, layer, second) ? block : undefined;
}

const isSummed = ({ batchNorm, added }: Block): boolean => (batchNorm ?? added) !== null;

function firstProblem({ layers }: Network): string | null {
  return layers.map(checkLayer).find((problem) => problem !== null) ?? null;
}

/** Layers that read an output, through layers that only reshape. */
function readersOf(graph: ReadonlyMap<string, GraphNode>, name: string): number {
  return (graph.get(name)?.consumers ?? []).reduce(
    (sum, reader) => sum + (graph.get(reader)?.layer.kind === 'flatten' ? readersOf(graph, reader) : 1),
    0,
  );
}

function checkLayer(layer: Layer): string | null {
  switch (layer.kind) {
    case 'channel-pad':
      return 'channels of zeros';
    case 'conv2d':
    case 'depthwise-conv2d': {
      const [height, width] = layer.kernelSize;
      return height === width ? null : 'kernels that are not square';
    }
    case 'max-pool':
    case 'avg-pool':
      return (layer.stride ?? layer.size) === layer.size ? null : 'windows that overlap';
    default:
      return null;
  }
}

/** Adds a layer to the chain behind a block, if that is its place in the order; false if it is not. */
function append(block: Draft, layer: Layer, second: string | undefined): boolean {
  const { added, activation, pool } = block;
  const isShaped = (activation ?? pool) !== null;
  switch (layer.kind) {
    case 'batch-norm':
      if (isSummed(block) || isShaped) return false;
      block.batchNorm = layer;
      return true;
    case 'add':
      if (added !== null || isShaped || second === undefined) return false;
      block.added = second;
      return true;
    case 'relu':
    case 'tanh':
    case 'sigmoid':
      if (isShaped) return false;
      block.activation = { layer: layer.name, kind: layer.kind };
      return true;
    case 'max-pool':
    case 'avg-pool':
      if (pool !== null) return false;
      block.pool = layer;
      return true;
    default:
      return false;
  }
}

function startBlock({ layer, inputShapes, outputShape }: GraphNode, input: string, second: string | undefined): Draft {
  const inputShape = mapShape(inputShapes[0] ?? []);
  const isAffine = isLinear(layer);
  const draft: Draft = {
    affine: isAffine ? layer : null,
    input,
    batchNorm: null,
    added: null,
    activation: null,
    pool: null,
    output: layer.name,
    inputShape,
    innerShape: isAffine ? mapShape(outputShape) : inputShape,
    outputShape: inputShape,
  };
  if (!isAffine) append(draft, layer, second);
  return draft;
}
