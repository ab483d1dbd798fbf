import type { ParameterSpec } from '../../core/network.ts';
import { depthwiseKernels } from './depthwise-kernels.ts';
import type { ForwardMemory } from './forward-memory.ts';
import { choosePieces, kernelLength } from './kernels/convolution-backward.ts';
import type { SumLayout } from './kernels/gradient-sums.ts';
import { allocatePlaces } from './forward.ts';
import { convolutionInput, convolutionShape } from './layer-buffers.ts';
import { denseInputs, type Plan, type PlannedBlock } from './plan.ts';
import type { Placed } from './kernels/tail.ts';
import { type Placement, placeMap } from './placement.ts';
import type { Recorder } from './recorder.ts';
import type { Bound } from './shader.ts';
import type { Tuning } from './tuning.ts';

/** Buffers of the gradients of a step: of the sum of losses, scaled, where they are halves (see `lossShare`). */
export interface BackwardMemory {
  /** Gradient of each block's affine output, placed as the plan says. */
  readonly gradients: readonly Bound[];
  readonly gradientPlaces: readonly Placement[];
  /** Gradient of the output of each block whose tail has a kernel of its own. */
  readonly outputGradients: readonly (Placed | null)[];
  /** Gradients of all parameters, and where each block's are. */
  readonly sums: Bound;
  readonly sumLayouts: readonly (SumLayout | null)[];
  /** Of each block's batch normalization: one piece, scale and shift. */
  readonly normLayouts: readonly (SumLayout | null)[];
  /** Of each block's quantized activation: addends of the gradients of its learned scalars, [scalars, outputs]. */
  readonly partials: readonly (Bound | null)[];
}

export function allocateBackward(
  recorder: Recorder,
  plan: Plan,
  forward: ForwardMemory,
  tuning: Tuning,
): BackwardMemory {
  const { batch, precision } = forward;
  let offset = 0;
  const place = (sizes: Omit<SumLayout, 'offset'> | null): SumLayout | null => {
    if (sizes === null) return null;
    const layout = { offset, ...sizes };
    offset += layout.pieces * layout.length;
    return layout;
  };
  const sumLayouts = plan.blocks.map((planned) => place(sumSizes(plan, forward, planned, tuning)));
  const normLayouts = plan.blocks.map(({ block, inner: { vectors } }) =>
    place(block.batchNorm ? { pieces: 1, kernelLength: vectors, length: 2 * vectors } : null),
  );
  const gradients = allocatePlaces(
    recorder,
    { label: 'gradients', batch, precision },
    plan.blocks.map(({ block, tail, gradient, inner }) => ({
      place: block.affine ? gradient : inner,
      isShared: tail === 'separate' && block.affine?.kind !== 'dense',
    })),
  );
  return {
    gradients: gradients.map((placed) => placed!.bound),
    gradientPlaces: gradients.map((placed) => placed!.place),
    outputGradients: allocatePlaces(
      recorder,
      { label: 'output gradients', batch, precision },
      plan.blocks.map(({ tail, output: { height, width, channels } }) =>
        tail === 'separate' ? { place: placeMap([height, width, channels]), isShared: true } : null,
      ),
    ),
    sums: recorder.allocate('gradient sums', 'vec4f', offset),
    sumLayouts,
    normLayouts,
    partials: plan.blocks.map(({ block, output }) => {
      const module = block.activation ? forward.ranges?.ranges.modules.get(block.activation.layer) : undefined;
      const length = (module?.learned.size ?? 0) * batch * output.height * output.width * output.vectors * 4;
      return length === 0 ? null : recorder.allocate(`${block.output} learned`, 'f32', length);
    }),
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
  const { batch } = forward;
  if (layer.kind !== 'conv2d') return depthwiseKernels().depthwiseSums({ batch, shape, tuning });
  const ofKernel = kernelLength(shape, input);
  const pieces = choosePieces({ batch, shape, input, tuning });
  return { pieces, kernelLength: ofKernel, length: ofKernel + outputs };
}

/** Where the update finds the gradient of a parameter. */
export function gradientSums(
  plan: Plan,
  memory: BackwardMemory,
  { layer, role }: ParameterSpec,
): { readonly first: number; readonly pieces: number; readonly length: number } {
  const isNorm = role === 'scale' || role === 'shift';
  const at = plan.blocks.findIndex(({ block }) => (isNorm ? block.batchNorm : block.affine)?.name === layer);
  const layout = (isNorm ? memory.normLayouts : memory.sumLayouts)[at];
  if (!layout) throw new RangeError(`There is no gradient of ${layer}`);
  const { offset, pieces, length, kernelLength: ofKernel } = layout;
  return { first: offset + (role === 'bias' || role === 'shift' ? ofKernel : 0), pieces, length };
}
