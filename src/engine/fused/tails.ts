import { networkInput } from '../../core/network-graph.ts';
import type { Block } from './blocks.ts';
import type { ForwardMemory } from './forward-memory.ts';
import type { QuantizedActivation } from './kernels/quantized-activation.ts';
import type { TailFactors } from './kernels/tail-forward.ts';
import type { Norm, Placed, Tail } from './kernels/tail.ts';
import { type Plan, placeOf } from './plan.ts';
import type { RangeMemory } from './tracked-ranges.ts';
import type { Bound } from './shader.ts';

/** Where the gradients of a batch normalization's parameters go: vectors before them in the buffer. */
export interface NormSums {
  readonly bound: Bound;
  readonly offset: number;
}

export interface TailOptions {
  readonly weights: Bound;
  readonly isTraining: boolean;
  readonly sums?: NormSums | null;
  readonly partials?: Bound | null;
}

/** What a block does behind its affine layer. */
export function tailOf(
  plan: Plan,
  memory: ForwardMemory,
  at: number,
  { weights, isTraining, sums = null, partials = null }: TailOptions,
): Tail {
  const { block } = plan.blocks[at]!;
  const { inner: kept, statistics } = memory.blocks[at]!;
  return {
    label: block.output,
    batch: memory.batch,
    source: kept ?? outputOf(plan, memory, block.input),
    norm: block.batchNorm
      ? {
          ...normOf(plan, block.batchNorm.name, weights, { bound: memory.statistics, offset: statistics! }),
          epsilon: block.batchNorm.epsilon,
          momentum: block.batchNorm.momentum,
          sums,
        }
      : null,
    added: block.added === null ? null : outputOf(plan, memory, block.added),
    activation: quantizedOf(memory, block, isTraining, partials) ?? block.activation?.kind ?? null,
    observed: isTraining ? observingReader(plan, memory, at) : null,
    pool: block.pool,
    inner: block.innerShape,
    output: block.outputShape,
  };
}

function quantizedOf(
  { ranges }: ForwardMemory,
  { activation }: Block,
  isTraining: boolean,
  partials: Bound | null,
): QuantizedActivation | null {
  const module = activation === null ? undefined : ranges?.ranges.modules.get(activation.layer);
  return ranges && module ? { module, memory: ranges, isTraining, partials } : null;
}

const needsExtremes = (activation: QuantizedActivation | null): QuantizedActivation | null =>
  activation !== null && activation.module.training.extremes.length > 0 ? activation : null;

/** The quantized activation that wants to see the extremes of a block's affine layer. */
export function observerOf(plan: Plan, memory: ForwardMemory, at: number): QuantizedActivation | null {
  const { block } = plan.blocks[at]!;
  return (block.batchNorm ?? block.added) ? null : needsExtremes(quantizedOf(memory, block, true, null));
}

/**
 * Whether a quantized activation in a kernel of its own leaves what it takes to send the gradient back: the positions of largest
 * values and what gradients are multiplied by, which is less to read than what they were computed from.
 */
export function leavesFactors(plan: Plan, at: number, ranges: RangeMemory | null): boolean {
  const { block } = plan.blocks[at]!;
  const module = block.activation === null ? undefined : ranges?.ranges.modules.get(block.activation.layer);
  const isLeft = mayLeave(plan, at) && module?.learned.size === 0 && block.pool?.kind !== 'avg-pool';
  return isLeft && (block.batchNorm !== null || isAlone(plan, block));
}

/** The kernel of an answer, which may make its inputs, binds too many buffers already. */
function mayLeave({ blocks, answers }: Plan, at: number): boolean {
  const { block, tail } = blocks[at]!;
  if (tail !== 'deferred') return tail === 'separate';
  return !answers.some((answer) => blocks[answer]!.block.input === block.output);
}

/** What a block leaves for the way back, if it does. */
export function leftOf(memory: ForwardMemory, at: number): TailFactors | null {
  const { codes, factors } = memory.blocks[at]!;
  return factors && { codes, factors };
}

/** Whether a block only has an activation and windows behind its affine layer, and a single reader. */
function isAlone({ blocks }: Plan, { affine, batchNorm, added, output }: Block): boolean {
  const readers = blocks.filter(({ block }) => block.input === output || block.added === output);
  return affine !== null && (batchNorm ?? added) === null && readers.length === 1;
}

/** The quantized activation behind a block, which wants to see the extremes of what the block puts out. */
function observingReader(plan: Plan, memory: ForwardMemory, at: number): QuantizedActivation | null {
  const { output } = plan.blocks[at]!.block;
  const reader = plan.blocks.find(({ block }) => block.input === output && (block.affine ?? block.batchNorm) === null);
  return reader === undefined ? null : needsExtremes(quantizedOf(memory, reader.block, true, null));
}

function normOf(
  plan: Plan,
  name: string,
  weights: Bound,
  statistics: NormSums,
): Pick<Norm, 'statistics' | 'offset' | 'weights' | 'scale' | 'shift'> {
  const offsetOf = (parameter: string): number => placeOf(plan, `${name}.${parameter}`).offset;
  const { bound, offset } = statistics;
  return { statistics: bound, offset, weights, scale: offsetOf('weight'), shift: offsetOf('bias') };
}

/** Where a block's output is, by the block's last layer. */
export function outputOf(plan: Plan, memory: ForwardMemory, name: string): Placed {
  if (name === networkInput) throw new RangeError('Only layers with weights read the input');
  const at = blockBy(plan, name);
  return { bound: memory.blocks[at]!.output, place: plan.blocks[at]!.output };
}

export function blockBy(plan: Plan, output: string): number {
  return plan.blocks.findIndex(({ block }) => block.output === output);
}
