import { isConvolution } from '../../core/network.ts';
import type { BackwardMemory } from './backward-memory.ts';
import { depthwiseKernels } from './depthwise-kernels.ts';
import type { ForwardMemory } from './forward-memory.ts';
import { convolutionBackward } from './kernels/convolution-backward.ts';
import { channelKernel, type ChannelStage } from './kernels/channel-work.ts';
import { denseBackward } from './kernels/dense-backward.ts';
import type { InputGradient } from './kernels/input-gradient.ts';
import { joinsStages } from './forward.ts';
import { convolutionInput, convolutionShape, inputOf, weightsOf } from './layer-buffers.ts';
import { denseInputs, type Plan, type PlannedBlock } from './plan.ts';
import {
  type GradientTarget,
  normalizingBackwardStage,
  tailBackward,
  type TailBackward,
} from './kernels/tail-backward.ts';
import { learnedSum } from './kernels/learned-sum.ts';
import type { Placed, Tail } from './kernels/tail.ts';
import { placeMap } from './placement.ts';
import { meanGradient } from './precision.ts';
import type { Bound, Kernel } from './shader.ts';
import { blockBy, leftOf, outputOf, tailOf } from './tails.ts';
import type { Tuning } from './tuning.ts';

export interface BackwardPass {
  readonly tuning: Tuning;
  readonly plan: Plan;
  readonly forward: ForwardMemory;
  readonly memory: BackwardMemory;
  readonly weights: Bound;
}

/** The kernels that send the gradient of the logits back, the last block first. */
export function backwardKernels(pass: BackwardPass): readonly Kernel[] {
  return new BackwardWalk(pass).kernels();
}

/** Walks the blocks from the last to the first and knows which gradients are complete. */
class BackwardWalk {
  private readonly pass: BackwardPass;
  /** Contributions to the gradient of each block's output that are still to come. */
  private readonly awaited: number[];
  private readonly isWritten: boolean[];
  private readonly isTailDone: boolean[];

  constructor(pass: BackwardPass) {
    this.pass = pass;
    const { blocks } = pass.plan;
    this.awaited = blocks.map(({ block: { output } }) =>
      blocks.reduce((sum, { block }) => sum + Number(block.input === output) + Number(block.added === output), 0),
    );
    this.isWritten = blocks.map(() => false);
    this.isTailDone = blocks.map(({ tail }) => tail === 'fused');
  }

  kernels(): readonly Kernel[] {
    const { blocks } = this.pass.plan;
    const learned = learnedSums(this.pass);
    return [...blocks.flatMap((_, before) => this.blockKernels(blocks.length - 1 - before)), ...learned];
  }

  private blockKernels(at: number): readonly Kernel[] {
    const { block } = this.pass.plan.blocks[at]!;
    const tail = this.isTailDone[at] ? [] : [this.tailKernel(at)];
    return block.affine === null ? tail : [...tail, this.affineKernel(at)];
  }

  private tailKernel(at: number): Kernel {
    const task = this.tailTask(at);
    const { norm } = task.tail;
    if (norm === null) return tailBackward(task);
    return channelKernel(`${task.tail.label} tail backward`, [
      normalizingBackwardStage(task, norm),
      ...this.completedStages(at),
    ]);
  }

  private tailTask(at: number): TailBackward {
    const { plan, forward, memory } = this.pass;
    const { block } = plan.blocks[at]!;
    const scratch = { bound: memory.gradients[at]!, place: memory.gradientPlaces[at]! };
    this.isTailDone[at] = true;
    return {
      tail: this.tailAt(at),
      left: block.batchNorm && leftOf(forward, at),
      gradient: this.outputGradient(at),
      added: block.added === null ? null : this.contribute(blockBy(plan, block.added)),
      target: block.affine ? { ...scratch, isAdded: false } : this.contribute(blockBy(plan, block.input)),
      scratch,
      output: outputOf(plan, forward, block.output),
    };
  }

  private tailAt(at: number): Tail {
    const { plan, forward, memory, weights } = this.pass;
    const norms = memory.normLayouts[at];
    const sums = norms ? { bound: memory.sums, offset: norms.offset } : null;
    return tailOf(plan, forward, at, { weights, isTraining: true, sums, partials: memory.partials[at]! });
  }

  /** Whether one reader alone sends back the gradient of a block, which then need not be kept. */
  private isOnlyWay(at: number): boolean {
    const { block } = this.pass.plan.blocks[at]!;
    return (
      block.affine !== null &&
      block.batchNorm === null &&
      block.added === null &&
      this.awaited[at] === 1 &&
      !this.isWritten[at]!
    );
  }

  private outputGradient(at: number): Placed {
    const placed = this.pass.memory.outputGradients[at];
    if (!placed) throw new RangeError('Nobody keeps the gradient of an output that goes straight on');
    return placed;
  }

  /** Where the next contribution to the gradient of a block's output goes. */
  private contribute(at: number): GradientTarget {
    const target = { ...this.outputGradient(at), isAdded: this.isWritten[at]! };
    this.isWritten[at] = true;
    this.awaited[at]!--;
    return target;
  }

  /** Stages for batch normalizations whose gradients a stage of block `at` completed. */
  private completedStages(at: number): readonly ChannelStage[] {
    const { plan } = this.pass;
    const { block } = plan.blocks[at]!;
    const names = block.affine ? [block.added] : [block.added, block.input];
    return names.flatMap((name) => (name === null ? [] : this.stagesOf(blockBy(plan, name))));
  }

  /** The tail of a block as a stage, if its gradient is complete and a workgroup may do that; and what follows from it. */
  private stagesOf(at: number): readonly ChannelStage[] {
    const { plan, forward, tuning } = this.pass;
    const planned = plan.blocks[at]!;
    const isReady = !this.isTailDone[at] && this.awaited[at] === 0;
    // What is learned needs more buffers than a dispatch may have beside all others.
    if (!isReady || !planned.block.batchNorm || this.pass.memory.partials[at] !== null) return [];
    if (!joinsStages(planned, forward.batch, tuning)) return [];
    const task = this.tailTask(at);
    return [normalizingBackwardStage(task, task.tail.norm!), ...this.completedStages(at)];
  }

  private affineKernel(at: number): Kernel {
    const { plan, forward, memory, weights: arena, tuning } = this.pass;
    const { batch } = forward;
    const planned = plan.blocks[at]!;
    const layer = planned.block.affine!;
    const label = `${layer.name} backward`;
    const weights = weightsOf(plan, layer, arena);
    const inputGradient = planned.passesGradient ? this.inputGradient(planned) : null;
    const gradient = memory.gradients[at]!;
    const sums = { bound: memory.sums, ...memory.sumLayouts[at]! };
    if (isConvolution(layer)) {
      const [shape, input] = [convolutionShape(layer, planned), convolutionInput(plan, forward, planned)];
      const inputSize = [planned.block.inputShape[0], planned.block.inputShape[1]] as const;
      const gradientPlace = memory.gradientPlaces[at]!;
      const stages = inputGradient?.kind === 'plain' ? this.stagesOf(blockBy(plan, planned.block.input)) : [];
      const backward = layer.kind === 'conv2d' ? convolutionBackward : depthwiseKernels().depthwiseBackward;
      return backward({
        ...{
          label,
          batch,
          tuning,
          shape,
          input,
          inputSize,
          gradient,
          gradientPlace,
          weights,
          sums,
          inputGradient,
          stages,
        },
      });
    }
    const [inputs, outputs] = [denseInputs(planned), planned.gradient.vectors];
    const [input, inputPlace] = [inputOf(plan, forward, planned), planned.input!];
    return denseBackward({
      ...{ label, batch, tuning, inputs, outputs, input, inputPlace, gradient, weights, sums, inputGradient },
    });
  }

  private inputGradient({ block: { input } }: PlannedBlock): InputGradient {
    const { plan, forward, memory } = this.pass;
    const at = blockBy(plan, input);
    const before = plan.blocks[at]!;
    if (before.tail !== 'fused' && this.isOnlyWay(at)) {
      this.isTailDone[at] = true;
      const place = memory.gradientPlaces[at]!;
      const bound = memory.gradients[at]!;
      const left = leftOf(forward, at);
      if (left) {
        const { height, width, channels } = before.output;
        const outputPlace = placeMap([height, width, channels]);
        const size = before.block.pool?.size ?? 1;
        return { kind: 'factored', left, size, outputPlace, place, bound };
      }
      return { kind: 'tail', tail: this.tailAt(at), place, bound };
    }
    if (before.tail === 'separate') return { kind: 'plain', ...this.contribute(at) };
    const { output, codes } = forward.blocks[at]!;
    const target = {
      activation: before.block.activation?.kind ?? null,
      output,
      outputPlace: before.output,
      place: memory.gradientPlaces[at]!,
      bound: memory.gradients[at]!,
    };
    return codes === null ? { kind: 'activated', ...target } : { kind: 'pooled', codes, ...target };
  }
}

/** Kernels that add up the gradients of learned scalars, if there are any. */
function learnedSums({ plan, forward, memory }: BackwardPass): readonly Kernel[] {
  const { ranges } = forward;
  if (ranges === null) return [];
  const sums = plan.blocks.flatMap(({ block }, at) => {
    const partials = memory.partials[at];
    const module = block.activation ? ranges.ranges.modules.get(block.activation.layer) : undefined;
    if (!partials || !module) return [];
    const count = partials.length / module.learned.size;
    return [...module.learned.values()].map((to, part) => ({ partials, from: part * count, count, to }));
  });
  const factor = meanGradient(forward.precision);
  return sums.map((sum) => learnedSum({ ...sum, factor }, ranges.learnedGradients));
}
