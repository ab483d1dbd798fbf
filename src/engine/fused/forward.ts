import type { ConvolutionLayer, DenseLayer } from '../../core/network.ts';
import { networkInput } from '../../core/network-graph.ts';
import {
  type AffineOutput,
  type AffineWeights,
  type ConvolutionInput,
  convolutionForward,
  type ConvolutionShape,
} from './kernels/convolution-forward.ts';
import { denseForward } from './kernels/dense-forward.ts';
import { lossHead, type Teaching } from './kernels/loss-head.ts';
import type { GatherTarget } from './kernels/gather.ts';
import { denseInputs, type Plan, type PlannedBlock, placeOf } from './plan.ts';
import { placedLength, type Placement } from './placement.ts';
import type { Recorder } from './recorder.ts';
import type { Bound, Kernel } from './shader.ts';
import type { Tuning } from './tuning.ts';

/** What a forward pass leaves of a block, for others to read. */
export interface BlockMemory {
  readonly output: Bound;
  /** Where each window had its largest value. */
  readonly codes: Bound | null;
}

/** Buffers of the activations of a batch. */
export interface ForwardMemory {
  readonly batch: number;
  readonly input: { readonly bound: Bound } & GatherTarget;
  /** [batch] */
  readonly labels: Bound;
  readonly blocks: readonly BlockMemory[];
  /** [batch] of vectors, see `LossHead`. */
  readonly measured: Bound;
  readonly logits: Bound;
}

export function allocateForward(recorder: Recorder, plan: Plan, batch: number): ForwardMemory {
  return {
    batch,
    input: allocateInput(recorder, plan, batch),
    labels: recorder.allocate('labels', 'u32', batch),
    blocks: plan.blocks.map((planned) => allocateBlock(recorder, planned, batch)),
    measured: recorder.allocate('measured', 'vec4f', batch),
    logits: recorder.allocate('logits', 'vec4f', batch * Math.ceil(plan.classes / 4)),
  };
}

function allocateInput(recorder: Recorder, plan: Plan, batch: number): ForwardMemory['input'] {
  const first = plan.blocks[0];
  if (first === undefined) throw new RangeError('A network has blocks');
  if (first.input !== null) {
    const bound = recorder.allocate('input', 'vec4f', placedLength(first.input, batch));
    return { kind: 'vectors', place: first.input, bound };
  }
  const [height, width, channels] = first.block.inputShape;
  const border = (first.block.affine as ConvolutionLayer).padding;
  const [rows, columns] = [height + 2 * border, width + 2 * border];
  const bound = recorder.allocate('input', 'f32', batch * rows * columns * channels);
  return { kind: 'image', height, width, channels, border, rows, columns, bound };
}

function allocateBlock(recorder: Recorder, { block, tail, output }: PlannedBlock, batch: number): BlockMemory {
  const label = block.output;
  const isPooled = tail === 'fused' && block.pool !== null;
  return {
    output: recorder.allocate(label, 'vec4f', placedLength(output, batch)),
    codes: isPooled
      ? recorder.allocate(`${label} codes`, 'u32', batch * output.height * output.width * output.vectors)
      : null,
  };
}

export function inputOf(plan: Plan, memory: ForwardMemory, { block }: PlannedBlock): Bound {
  if (block.input === networkInput) return memory.input.bound;
  return memory.blocks[plan.blocks.findIndex((other) => other.block.output === block.input)]!.output;
}

export function weightsOf(plan: Plan, { name, bias }: ConvolutionLayer | DenseLayer, arena: Bound): AffineWeights {
  const offsetOf = (role: string): number => placeOf(plan, `${name}.${role}`).offset;
  return { arena, kernel: offsetOf('weight'), bias: bias ? offsetOf('bias') : null };
}

export function convolutionShape(layer: ConvolutionLayer, { block }: PlannedBlock): ConvolutionShape {
  return { kernel: layer.kernelSize[0], stride: layer.stride, padding: layer.padding, output: block.innerShape };
}

export function convolutionInput(plan: Plan, memory: ForwardMemory, planned: PlannedBlock): ConvolutionInput {
  const bound = inputOf(plan, memory, planned);
  if (planned.input !== null) return { kind: 'vectors', place: planned.input, bound };
  if (memory.input.kind !== 'image') throw new RangeError('A convolution of the input reads images');
  const { rows, columns, channels } = memory.input;
  return { kind: 'image', rows, columns, channels, bound };
}

export interface ForwardOptions {
  readonly tuning: Tuning;
  /** The parameters that inference uses. */
  readonly weights: Bound;
  /** Gradient of the logits, if somebody learns. */
  readonly gradient?: Bound;
  readonly teaching?: Teaching;
  /** Whether logits are kept. */
  readonly keepsLogits?: boolean;
}

/** The kernels that send a batch through a network, the loss included. */
export function forwardKernels(plan: Plan, memory: ForwardMemory, options: ForwardOptions): readonly Kernel[] {
  return plan.blocks.flatMap((planned, at) =>
    at === plan.blocks.length - 1
      ? [headKernel(plan, memory, planned, options)]
      : blockKernels(plan, memory, at, options),
  );
}

function headKernel(plan: Plan, memory: ForwardMemory, planned: PlannedBlock, options: ForwardOptions): Kernel {
  const layer = planned.block.affine as DenseLayer;
  return lossHead({
    label: `${layer.name} loss`,
    batch: memory.batch,
    inputs: denseInputs(planned),
    outputs: Math.ceil(plan.classes / 4),
    classes: plan.classes,
    input: inputOf(plan, memory, planned),
    weights: weightsOf(plan, layer, options.weights),
    labels: memory.labels,
    measured: memory.measured,
    ...(options.gradient && { gradient: options.gradient }),
    ...(options.teaching && { teaching: options.teaching }),
    ...(options.keepsLogits && { logits: memory.logits }),
  });
}

function blockKernels(plan: Plan, memory: ForwardMemory, at: number, options: ForwardOptions): readonly Kernel[] {
  const planned = plan.blocks[at]!;
  const { affine } = planned.block;
  if (affine === null || planned.tail !== 'fused') throw new RangeError('No kernel for this yet');
  const { tuning } = options;
  const weights = weightsOf(plan, affine, options.weights);
  const output = fusedOutput(planned, planned.output, memory.blocks[at]!);
  if (affine.kind === 'conv2d') {
    const [input, shape] = [convolutionInput(plan, memory, planned), convolutionShape(affine, planned)];
    return [convolutionForward({ label: affine.name, batch: memory.batch, tuning, shape, input, weights, output })];
  }
  if (output.kind === 'pooled') throw new RangeError('A dense layer has no windows');
  return [
    denseForward({
      label: affine.name,
      batch: memory.batch,
      tuning,
      inputs: denseInputs(planned),
      outputs: planned.output.vectors,
      input: inputOf(plan, memory, planned),
      weights,
      output,
    }),
  ];
}

function fusedOutput({ block }: PlannedBlock, place: Placement, { output, codes }: BlockMemory): AffineOutput {
  const activation = block.activation?.kind ?? null;
  if (codes !== null) return { kind: 'pooled', activation, place, bound: output, codes };
  return { kind: 'activated', activation, place, bound: output };
}
