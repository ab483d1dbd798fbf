import { isConvolution, type Network, networkParameters, outputLayers } from '../../core/network.ts';
import { networkInput } from '../../core/network-graph.ts';
import { type Block, findBlocks, type NotFusible } from './blocks.ts';
import { layOutParameters, type ParameterLayout, type ParameterPlace } from './parameter-layout.ts';
import { mapShape, placedLength, placeGradient, placeMap, type Placement, vectorsOf } from './placement.ts';
import { divisorUpTo } from './shader.ts';
import { mostClassVectors } from './kernels/loss-head.ts';

/** How a block's output is made from its affine layer's. */
export type Tail =
  /** In the affine layer's own kernel. */
  | 'fused'
  /** In a kernel of its own. */
  | 'separate'
  /** In the kernel of the dense layer that reads it. */
  | 'deferred';

export interface PlannedBlock {
  readonly block: Block;
  readonly tail: Tail;
  /** What it reads; null: the images of the batch, without filling. */
  readonly input: Placement | null;
  readonly output: Placement;
  /** The affine layer's output, if it is kept. */
  readonly inner: Placement;
  /** The gradient of the affine layer's output. */
  readonly gradient: Placement;
  /** Whether something before it is trained. */
  readonly passesGradient: boolean;
}

/** Everything about a network's step that follows from its shapes. */
export interface Plan {
  readonly network: Network;
  readonly blocks: readonly PlannedBlock[];
  readonly layout: ParameterLayout;
  readonly classes: number;
  /** Positions of the blocks that answer: the early exits in order, the last block last. */
  readonly answers: readonly number[];
}

/**
 * @param hasOwnKernel Activations that are replaced, so that they need to see all of their input first.
 * @param isApart Whether every layer leaves its output. Nobody can learn then.
 */
export function planNetwork(
  network: Network,
  hasOwnKernel: (layer: string) => boolean,
  isApart = false,
): Plan | NotFusible {
  const blocks = findBlocks(network, hasOwnKernel, isApart);
  if ('reason' in blocks) return blocks;
  const answers = outputLayers(network).map((name) => blocks.findIndex(({ output }) => output === name));
  const problem = findProblem(blocks) ?? findExitProblem(blocks, answers);
  if (problem !== null) return { reason: problem };
  const outputs = new Map<string, Placement>();
  const planned = blocks.map((block): PlannedBlock => {
    const drafted = planBlock(block, blocks, outputs, hasOwnKernel);
    const planOf = isApart && block.affine !== null ? { ...drafted, tail: 'fused' as const } : drafted;
    outputs.set(block.output, planOf.output);
    return planOf;
  });
  const layout = layOutParameters(networkParameters(network), (spec) => fillOf(planned, spec.layer));
  const classes = blocks.at(-1)?.outputShape[2] ?? 0;
  return { network, blocks: planned, layout, classes, answers };
}

export function placeOf({ layout }: Plan, name: string): ParameterPlace {
  const place = layout.places.find(({ spec }) => spec.name === name);
  if (place === undefined) throw new RangeError(`The network has no parameter ${name}`);
  return place;
}

function findProblem(blocks: readonly Block[]): string | null {
  const problems: Readonly<Record<string, boolean>> = {
    'no dense layer at the end': !isHead(blocks.at(-1)),
    'many classes': vectorsOf(blocks.at(-1)?.outputShape[2] ?? 0) > mostClassVectors,
    'more padding than the kernel reaches': blocks.some(isPaddedBeyondReach),
    'a dense layer beside a convolution with padding': blocks.some(
      ({ affine, input }) => affine?.kind === 'dense' && blocks.some((other) => hasBorder(other, input)),
    ),
    'something else than a first layer reads the input': !isReadOnce(blocks),
  };
  return Object.keys(problems).find((problem) => problems[problem]) ?? null;
}

/** All answers are made by the same kernel. */
function findExitProblem(blocks: readonly Block[], answers: readonly number[]): string | null {
  const last = blocks.at(-1)!;
  const isAnswer = (at: number): boolean => {
    const block = blocks[at];
    const isRead = blocks.some(({ input, added }) => input === block?.output || added === block?.output);
    return isHead(block) && !isRead && block?.outputShape[2] === last.outputShape[2];
  };
  return answers.every(isAnswer) ? null : 'an exit that is no dense layer';
}

function isHead(block: Block | undefined): boolean {
  return block?.affine?.kind === 'dense' && (block.batchNorm ?? block.added ?? block.activation ?? block.pool) === null;
}

function isPaddedBeyondReach({ affine, input }: Block): boolean {
  return (
    affine !== null && isConvolution(affine) && input !== networkInput && affine.padding > affine.kernelSize[0] - 1
  );
}

function hasBorder({ affine, input }: Block, name: string): boolean {
  return input === name && paddingOf(affine) > 0;
}

const paddingOf = (affine: Block['affine']): number => (affine !== null && isConvolution(affine) ? affine.padding : 0);

/** By a layer that mixes channels: images lie without vectors of them. */
function isReadOnce(blocks: readonly Block[]): boolean {
  const [first, ...others] = blocks.filter(({ input, added }) => input === networkInput || added === networkInput);
  const isMixed = first?.affine != null && first.affine.kind !== 'depthwise-conv2d';
  return isMixed && first.added !== networkInput && others.length === 0;
}

function planBlock(
  block: Block,
  blocks: readonly Block[],
  outputs: ReadonlyMap<string, Placement>,
  hasOwnKernel: (layer: string) => boolean,
): PlannedBlock {
  const { affine, input, innerShape, outputShape, inputShape, output } = block;
  const readers = blocks.filter((other) => other.input === output);
  const isAdded = blocks.some((other) => other.added === output);
  const padding = readers.map((reader) => paddingOf(reader.affine));
  const isImage = input === networkInput && affine?.kind === 'conv2d';
  const passesGradient = input !== networkInput;
  const inputSize = passesGradient ? ([inputShape[0], inputShape[1]] as const) : null;
  return {
    block,
    tail: isAdded ? 'separate' : chooseTail(block, readers, hasOwnKernel),
    input: isImage
      ? null
      : (outputs.get(input) ?? placeMap(mapShape([inputShape.reduce((size, length) => size * length)]))),
    output: placeMap(outputShape, Math.max(0, ...padding)),
    inner: placeMap(innerShape),
    gradient:
      affine !== null && isConvolution(affine) ? placeGradient(innerShape, affine, inputSize) : placeMap(innerShape),
    passesGradient,
  };
}

/** Invocations that may compute the same input again before it is worth a kernel of its own. */
const mostReaders = 8;

function chooseTail(block: Block, readers: readonly Block[], hasOwnKernel: (layer: string) => boolean): Tail {
  const { affine, batchNorm, added, activation, pool } = block;
  if (affine === null || (batchNorm ?? added) !== null || isKeptFor(readers)) return 'separate';
  if (activation !== null && hasOwnKernel(activation.layer)) return defersTo(readers[0]) ? 'deferred' : 'separate';
  return pool === null || isPooledInPlace(block) ? 'fused' : 'separate';
}

/** Several readers add up what they send back, and one without weights writes it without knowing what came before. */
function isKeptFor(readers: readonly Block[]): boolean {
  return readers.length > 1 || readers.some(({ affine }) => affine === null);
}

function isPooledInPlace({ affine, pool, innerShape: [height, width] }: Block): boolean {
  const isHalved = pool?.kind === 'max-pool' && pool.size === 2 && height % 2 === 0 && width % 2 === 0;
  return affine !== null && isConvolution(affine) && isHalved;
}

/** Whether a layer reads each input few times, so that it may as well make it. */
function defersTo(reader: Block | undefined): boolean {
  if (reader?.affine?.kind !== 'dense') return false;
  const vectors = vectorsOf(reader.innerShape[2]);
  return vectors / divisorUpTo(vectors, 4) <= mostReaders;
}

/** Rows of one pixel in a kernel, without and with filling. */
function fillOf(
  planned: readonly PlannedBlock[],
  layer: string,
): { readonly group: number; readonly filledGroup: number } {
  const found = planned.find(({ block }) => block.affine?.name === layer);
  if (found?.block.affine == null) throw new RangeError(`No block has the layer ${layer}`);
  const { input, block } = found;
  if (block.affine?.kind === 'depthwise-conv2d') return { group: 1, filledGroup: 1 };
  const group = input?.channels ?? block.inputShape[2];
  return { group, filledGroup: input === null ? group : input.vectors * 4 };
}

/** Vectors of one sample that a dense layer reads. */
export function denseInputs({ input }: PlannedBlock): number {
  if (input === null) throw new RangeError('A dense layer reads vectors');
  return placedLength(input, 1);
}
