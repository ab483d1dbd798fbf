import type { ConvolutionLayer, DepthwiseLayer, LinearLayer } from '../../core/network.ts';
import { networkInput } from '../../core/network-graph.ts';
import type { ForwardMemory } from './forward-memory.ts';
import type { AffineWeights, ConvolutionInput, ConvolutionShape } from './kernels/convolution-forward.ts';
import { type Plan, type PlannedBlock, placeOf } from './plan.ts';
import type { Bound } from './shader.ts';

/** What a block reads. */
export function inputOf(plan: Plan, memory: ForwardMemory, { block }: PlannedBlock): Bound {
  if (block.input === networkInput) return memory.input.bound;
  return memory.blocks[plan.blocks.findIndex((other) => other.block.output === block.input)]!.output;
}

/** Where a layer's weights are in the arena of parameters. */
export function weightsOf(plan: Plan, { name, bias }: LinearLayer, arena: Bound): AffineWeights {
  const offsetOf = (role: string): number => placeOf(plan, `${name}.${role}`).offset;
  return { arena, kernel: offsetOf('weight'), bias: bias ? offsetOf('bias') : null };
}

export function convolutionShape(layer: ConvolutionLayer | DepthwiseLayer, { block }: PlannedBlock): ConvolutionShape {
  return { kernel: layer.kernelSize[0], stride: layer.stride, padding: layer.padding, output: block.innerShape };
}

export function convolutionInput(plan: Plan, memory: ForwardMemory, planned: PlannedBlock): ConvolutionInput {
  const bound = inputOf(plan, memory, planned);
  if (planned.input !== null) return { kind: 'vectors', place: planned.input, bound };
  if (memory.input.kind !== 'image') throw new RangeError('A convolution of the input reads images');
  const { rows, columns, channels } = memory.input;
  return { kind: 'image', rows, columns, channels, bound };
}
