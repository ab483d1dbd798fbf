import { type ConvolutionLayer, type DenseLayer, isConvolution } from '../../core/network.ts';
import type { Precision } from '../../schedule/schedule.ts';
import { type AffineOutput, convolutionForward } from './kernels/convolution-forward.ts';
import { depthwiseKernels } from './depthwise-kernels.ts';
import { channelKernel, type ChannelStage } from './kernels/channel-work.ts';
import { denseForward, type DenseForward } from './kernels/dense-forward.ts';
import { lossHead, type Teaching } from './kernels/loss-head.ts';
import { normalizingStage, observingStage, tailForward } from './kernels/tail-forward.ts';
import type { BlockMemory, ForwardMemory } from './forward-memory.ts';
import { convolutionInput, convolutionShape, inputOf, weightsOf } from './layer-buffers.ts';
import { denseInputs, type Plan, type PlannedBlock } from './plan.ts';
import { placedLength, type Placement } from './placement.ts';
import { lossShare, mapTypes } from './precision.ts';
import type { Recorder } from './recorder.ts';
import { type Bound, elementBytes, type Kernel } from './shader.ts';
import { isQuantized, type Placed } from './kernels/tail.ts';
import type { QuantizedActivation } from './kernels/quantized-activation.ts';
import type { RangeMemory } from './tracked-ranges.ts';
import { blockBy, leavesFactors, leftOf, observerOf, tailOf } from './tails.ts';
import type { Tuning } from './tuning.ts';

/** Buffers that outlive the memory of a recording, and are shared by training and inference. */
export interface SharedMemory {
  readonly statistics?: Bound;
  readonly ranges?: RangeMemory | null;
}

/** @param precision What values between the kernels are kept in. */
export function allocateForward(
  recorder: Recorder,
  plan: Plan,
  batch: number,
  {
    statistics = allocateStatistics(recorder, plan),
    ranges = null,
    precision = 'f32',
    isTraining = true,
  }: SharedMemory & {
    readonly precision?: Precision;
    /** Whether there is a way back. */
    readonly isTraining?: boolean;
  } = {},
): ForwardMemory {
  let numbers = 0;
  const placeNumbers = ({ block, inner }: PlannedBlock): number | null => {
    if (block.batchNorm === null) return null;
    numbers += 4 * inner.vectors;
    return numbers - 4 * inner.vectors;
  };
  const inners = allocatePlaces(
    recorder,
    { label: 'inner', batch, precision },
    plan.blocks.map(({ block, tail, inner }) =>
      tail !== 'fused' && block.affine !== null ? { place: inner, isShared: isConvolution(block.affine) } : null,
    ),
  );
  return {
    statistics,
    ranges,
    batch,
    precision,
    input: allocateInput(recorder, plan, batch, precision),
    labels: recorder.allocate('labels', 'u32', batch),
    blocks: plan.blocks.map((planned, at) =>
      allocateBlock(recorder, planned, batch, {
        precision,
        inner: inners[at]!,
        statistics: placeNumbers(planned),
        leavesFactors: isTraining && leavesFactors(plan, at, ranges),
      }),
    ),
    measured: recorder.allocate('measured', 'vec4f', batch),
    logits: allocateLogits(recorder, plan, batch),
    exitLogits: plan.answers.slice(1).map(() => allocateLogits(recorder, plan, batch)),
  };
}

function allocateLogits(recorder: Recorder, { classes }: Plan, batch: number): Bound {
  return recorder.allocate('logits', 'vec4f', batch * Math.ceil(classes / 4));
}

function allocateInput(recorder: Recorder, plan: Plan, batch: number, precision: Precision): ForwardMemory['input'] {
  const first = plan.blocks[0];
  if (first === undefined) throw new RangeError('A network has blocks');
  if (first.input !== null) {
    const bound = recorder.allocate('input', mapTypes[precision], placedLength(first.input, batch));
    return { kind: 'vectors', place: first.input, bound };
  }
  const [height, width, channels] = first.block.inputShape;
  const border = (first.block.affine as ConvolutionLayer).padding;
  const [rows, columns] = [height + 2 * border, width + 2 * border];
  const bound = recorder.allocate('input', 'f32', batch * rows * columns * channels);
  return { kind: 'image', height, width, channels, border, rows, columns, bound };
}

/** Places of each block in one buffer, those of dense layers in buffers of their own: kernels bind few buffers. */
export function allocatePlaces(
  recorder: Recorder,
  { label, batch, precision }: { readonly label: string; readonly batch: number; readonly precision: Precision },
  wanted: readonly ({ readonly place: Placement; readonly isShared: boolean } | null)[],
): readonly (Placed | null)[] {
  const lengthOf = (place: Placement): number => placedLength(place, batch);
  const total = wanted.reduce((sum, entry) => sum + (entry?.isShared === true ? lengthOf(entry.place) : 0), 0);
  const type = mapTypes[precision];
  const fits = total * elementBytes({ type }) <= recorder.device.limits.maxStorageBufferBindingSize;
  const shared = recorder.allocate(label, type, fits ? total : 0);
  let offset = 0;
  return wanted.map((entry): Placed | null => {
    if (entry === null) return null;
    const { place, isShared } = entry;
    if (!isShared || !fits) return { place, bound: recorder.allocate(label, type, lengthOf(place)) };
    offset += lengthOf(place);
    return { place: { ...place, offset: offset - lengthOf(place) }, bound: shared };
  });
}

/** A buffer for the numbers of all batch normalizations, which outlives the memory of a recording. */
export function allocateStatistics(recorder: Recorder, plan: Plan): Bound {
  const length = plan.blocks.reduce((sum, { block, inner }) => sum + (block.batchNorm ? 4 * inner.vectors : 0), 0);
  return recorder.allocate('statistics', 'vec4f', length);
}

function allocateBlock(
  recorder: Recorder,
  planned: PlannedBlock,
  batch: number,
  others: Pick<BlockMemory, 'inner' | 'statistics'> & {
    readonly leavesFactors: boolean;
    readonly precision: Precision;
  },
): BlockMemory {
  const { block, tail } = planned;
  const label = block.output;
  const { output: place } = planned;
  const isFactored = others.leavesFactors;
  const isPooled = block.pool !== null && (tail === 'fused' || isFactored);
  const length = batch * place.height * place.width * place.vectors;
  const type = mapTypes[others.precision];
  return {
    inner: others.inner,
    statistics: others.statistics,
    output: recorder.allocate(label, type, placedLength(place, batch)),
    codes: isPooled ? recorder.allocate(`${label} codes`, 'u32', length * 4) : null,
    factors: isFactored ? recorder.allocate(`${label} factors`, type, length) : null,
  };
}

export interface ForwardOptions {
  readonly tuning: Tuning;
  /** The parameters that inference uses. */
  readonly weights: Bound;
  /** Whether batch normalization uses the batch's statistics, and remembers them. Absent: if somebody learns. */
  readonly isTraining?: boolean;
  /** Gradient of the logits, if somebody learns. */
  readonly gradient?: Bound;
  readonly teaching?: Teaching;
  /** Whether logits are kept. */
  readonly keepsLogits?: boolean;
  /** Of each block's affine output, and what the loss of each answer counts, if early exits learn too. */
  readonly exits?: { readonly gradients: readonly Bound[]; readonly lossWeights: readonly number[] } | null;
  /** Whether early exits answer although nobody learns. */
  readonly answersEarly?: boolean;
}

/** The kernels that send a batch through a network, the loss included. */
export function forwardKernels(plan: Plan, memory: ForwardMemory, options: ForwardOptions): readonly Kernel[] {
  return kernelsByBlock(plan, memory, options).flat();
}

/** The same, block by block. */
export function kernelsByBlock(
  plan: Plan,
  memory: ForwardMemory,
  options: ForwardOptions,
): readonly (readonly Kernel[])[] {
  return plan.blocks.map((_, at) => {
    const answer = plan.answers.indexOf(at);
    if (answer < 0) return blockKernels(plan, memory, at, options);
    const isWanted = at === plan.blocks.length - 1 || Boolean(options.exits ?? options.answersEarly);
    return isWanted ? [headKernel(plan, memory, answer, options)] : [];
  });
}

/** The kernel of an answer, by its number. Only the last one is measured. */
function headKernel(plan: Plan, memory: ForwardMemory, answer: number, options: ForwardOptions): Kernel {
  const at = plan.answers[answer]!;
  const planned = plan.blocks[at]!;
  const layer = planned.block.affine as DenseLayer;
  const isLast = answer === plan.answers.length - 1;
  const gradient = isLast ? options.gradient : options.exits?.gradients[at];
  const logits = isLast ? memory.logits : memory.exitLogits[answer]!;
  const ofLast = { measured: memory.measured, ...(options.teaching && { teaching: options.teaching }) };
  return lossHead({
    label: `${layer.name} loss`,
    batch: memory.batch,
    inputs: denseInputs(planned),
    outputs: Math.ceil(plan.classes / 4),
    classes: plan.classes,
    ...denseInput(plan, memory, planned, options),
    weights: weightsOf(plan, layer, options.weights),
    labels: memory.labels,
    ...(isLast ? ofLast : { measured: null }),
    ...(gradient && { gradient }),
    share: lossShare(memory.precision),
    lossWeight: options.exits?.lossWeights[answer] ?? 1,
    ...(options.keepsLogits && { logits }),
  });
}

function blockKernels(plan: Plan, memory: ForwardMemory, at: number, options: ForwardOptions): readonly Kernel[] {
  const planned = plan.blocks[at]!;
  if (planned.tail !== 'separate') return [affineKernel(plan, memory, at, options)];
  const isTraining = isLearning(options);
  const tail = tailOf(plan, memory, at, { weights: options.weights, isTraining });
  const output = { bound: memory.blocks[at]!.output, place: planned.output };
  const affine = (stages: readonly ChannelStage[]): readonly Kernel[] =>
    planned.block.affine === null ? [] : [affineKernel(plan, memory, at, { ...options, stages })];
  const left = isTraining ? leftOf(memory, at) : null;
  if (tail.norm === null || !isTraining) return [...affine([]), tailForward(tail, output, left)];
  const [stage, rest] = isQuantized(tail.activation)
    ? [observingStage(tail, tail.norm, tail.activation), [tailForward(tail, output, left)]]
    : [normalizingStage(tail, tail.norm, output), []];
  if (isChained(planned, memory, options)) return [...affine([stage]), ...rest];
  return [...affine([]), channelKernel(`${planned.block.output} tail`, [stage]), ...rest];
}

/** Whether a convolution goes on with the batch normalization behind it. */
function isChained(planned: PlannedBlock, { batch }: ForwardMemory, { tuning }: ForwardOptions): boolean {
  const { affine } = planned.block;
  return affine !== null && isConvolution(affine) && joinsStages(planned, batch, tuning);
}

/** Whether a workgroup may have all values of some channels for itself, which saves a dispatch and leaves fewer workgroups. */
export function joinsStages({ inner }: PlannedBlock, batch: number, tuning: Tuning): boolean {
  return batch * inner.height * inner.width <= tuning.positionsPerWorkgroup;
}

function affineKernel(
  plan: Plan,
  memory: ForwardMemory,
  at: number,
  { stages = [], ...options }: ForwardOptions & { readonly stages?: readonly ChannelStage[] },
): Kernel {
  const { tuning, weights: arena } = options;
  const planned = plan.blocks[at]!;
  const affine = planned.block.affine!;
  const { batch } = memory;
  const weights = weightsOf(plan, affine, arena);
  const observed = isLearning(options) ? observerOf(plan, memory, at) : null;
  const output = affineOutput(planned, memory.blocks[at]!, observed);
  const label = affine.name;
  if (isConvolution(affine)) {
    const [input, shape] = [convolutionInput(plan, memory, planned), convolutionShape(affine, planned)];
    const forward = affine.kind === 'conv2d' ? convolutionForward : depthwiseKernels().depthwiseForward;
    return forward({ label, batch, tuning, shape, input, weights, output, stages });
  }
  if (output.kind === 'pooled') throw new RangeError('A dense layer has no windows');
  const [inputs, outputs] = [denseInputs(planned), planned.inner.vectors];
  const channels = affine.outFeatures;
  const read = denseInput(plan, memory, planned, options);
  return denseForward({ label, batch, tuning, inputs, outputs, channels, ...read, weights, output });
}

function isLearning({ isTraining, gradient }: ForwardOptions): boolean {
  return isTraining ?? gradient !== undefined;
}

/** What a dense layer reads, and what makes it if nobody did before. */
function denseInput(
  plan: Plan,
  memory: ForwardMemory,
  planned: PlannedBlock,
  options: ForwardOptions,
): Pick<DenseForward, 'input' | 'inputTail' | 'inputLeft' | 'inputPlace'> {
  const before = blockBy(plan, planned.block.input);
  const read = { input: inputOf(plan, memory, planned), inputPlace: planned.input! };
  if (plan.blocks[before]?.tail !== 'deferred') return { ...read, inputTail: null, inputLeft: null };
  const isTraining = isLearning(options);
  const inputTail = tailOf(plan, memory, before, { weights: options.weights, isTraining });
  return { ...read, inputTail, inputLeft: isTraining ? leftOf(memory, before) : null };
}

function affineOutput(
  { block, output: place }: PlannedBlock,
  memory: BlockMemory,
  observed: QuantizedActivation | null,
): AffineOutput {
  const { output, codes, inner } = memory;
  if (inner !== null) return { kind: 'raw', ...inner, observed };
  const activation = block.activation?.kind ?? null;
  if (codes !== null) return { kind: 'pooled', activation, place, bound: output, codes };
  return { kind: 'activated', activation, place, bound: output };
}
