import type { ParameterSpec } from '../../core/network.ts';
import { choosePieces, convolutionBackward, kernelLength } from './kernels/convolution-backward.ts';
import { denseBackward } from './kernels/dense-backward.ts';
import type { InputGradient } from './kernels/input-gradient.ts';
import type { SumLayout } from './kernels/gradient-sums.ts';
import { convolutionInput, convolutionShape, type ForwardMemory, inputOf, weightsOf } from './forward.ts';
import { denseInputs, type Plan, type PlannedBlock } from './plan.ts';
import { placedLength } from './placement.ts';
import type { Recorder } from './recorder.ts';
import type { Bound, Kernel } from './shader.ts';
import type { Tuning } from './tuning.ts';

/** Buffers of the gradients of a step. */
export interface BackwardMemory {
  /** Gradient of each block's affine output, placed as the plan says. */
  readonly gradients: readonly Bound[];
  /** Gradients of all parameters, and where each block's are. */
  readonly sums: Bound;
  readonly sumLayouts: readonly (SumLayout | null)[];
}

export function allocateBackward(
  recorder: Recorder,
  plan: Plan,
  forward: ForwardMemory,
  tuning: Tuning,
): BackwardMemory {
  const { batch } = forward;
  let offset = 0;
  const sumLayouts = plan.blocks.map((planned): SumLayout | null => {
    const sizes = sumSizes(plan, forward, planned, tuning);
    if (sizes === null) return null;
    const layout = { offset, ...sizes };
    offset += layout.pieces * layout.length;
    return layout;
  });
  return {
    gradients: plan.blocks.map(({ block, gradient }) =>
      recorder.allocate(`${block.output} gradient`, 'vec4f', placedLength(gradient, batch)),
    ),
    sums: recorder.allocate('gradients', 'vec4f', offset),
    sumLayouts,
  };
}

function sumSizes(
  plan: Plan,
  forward: ForwardMemory,
  planned: PlannedBlock,
  tuning: Tuning,
): Omit<SumLayout, 'offset'> | null {
  const layer = planned.block.affine;
  if (layer === null) return null;
  const outputs = planned.inner.vectors;
  if (layer.kind === 'dense') {
    const ofKernel = denseInputs(planned) * 4 * outputs;
    return { pieces: 1, kernelLength: ofKernel, length: ofKernel + outputs };
  }
  const [shape, input] = [convolutionShape(layer, planned), convolutionInput(plan, forward, planned)];
  const ofKernel = kernelLength(shape, input);
  const pieces = choosePieces({ batch: forward.batch, shape, input, tuning });
  return { pieces, kernelLength: ofKernel, length: ofKernel + outputs };
}

/** The kernels that send the gradient of the logits back, the last block first. */
export function backwardKernels(pass: BackwardPass): readonly Kernel[] {
  return pass.plan.blocks.map((_, at) => blockKernel(pass, at)).reverse();
}

export interface BackwardPass {
  readonly tuning: Tuning;
  readonly plan: Plan;
  readonly forward: ForwardMemory;
  readonly memory: BackwardMemory;
  readonly weights: Bound;
}

function blockKernel(pass: BackwardPass, at: number): Kernel {
  const { plan, forward, memory, weights: arena, tuning } = pass;
  const planned = plan.blocks[at]!;
  const layer = planned.block.affine;
  if (layer === null) throw new RangeError('No kernel for this yet');
  const label = `${layer.name} backward`;
  const weights = weightsOf(plan, layer, arena);
  const inputGradient = planned.passesGradient ? gradientTarget(pass, planned) : null;
  const gradient = memory.gradients[at]!;
  if (layer.kind === 'conv2d') {
    return convolutionBackward({
      label,
      batch: forward.batch,
      tuning,
      shape: convolutionShape(layer, planned),
      input: convolutionInput(plan, forward, planned),
      inputSize: [planned.block.inputShape[0], planned.block.inputShape[1]],
      gradient,
      gradientPlace: planned.gradient,
      weights,
      sums: { bound: memory.sums, ...memory.sumLayouts[at]! },
      inputGradient,
    });
  }
  return denseBackward({
    label,
    batch: forward.batch,
    tuning,
    inputs: denseInputs(planned),
    outputs: planned.gradient.vectors,
    input: inputOf(plan, forward, planned),
    inputPlace: planned.input!,
    gradient,
    weights,
    sums: { bound: memory.sums, ...memory.sumLayouts[at]! },
    inputGradient,
  });
}

function gradientTarget({ plan, forward, memory }: BackwardPass, planned: PlannedBlock): InputGradient {
  const at = plan.blocks.findIndex(({ block }) => block.output === planned.block.input);
  const before = plan.blocks[at]!;
  const { output, codes } = forward.blocks[at]!;
  const activation = before.block.activation?.kind ?? null;
  const target = {
    activation,
    output,
    outputPlace: before.output,
    place: before.gradient,
    bound: memory.gradients[at]!,
  };
  return codes === null ? { kind: 'activated', ...target } : { kind: 'pooled', codes, ...target };
}

/** Where the update finds the gradient of a parameter. */
export function gradientSums(
  plan: Plan,
  memory: BackwardMemory,
  { layer, role }: ParameterSpec,
): { readonly first: number; readonly pieces: number; readonly length: number } {
  const at = plan.blocks.findIndex(({ block }) => block.affine?.name === layer);
  const layout = memory.sumLayouts[at];
  if (!layout) throw new RangeError(`There is no gradient of ${layer}`);
  const { offset, pieces, length, kernelLength: ofKernel } = layout;
  return { first: offset + (role === 'bias' ? ofKernel : 0), pieces, length };
}
