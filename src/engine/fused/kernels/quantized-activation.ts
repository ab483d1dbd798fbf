import type { Bound } from '../shader.ts';
import type { ActivationProgram } from '../symbolic/activation-program.ts';
import { type RangeMemory, type RangeNames, scalarsText, type TrackedModule } from '../tracked-ranges.ts';
import type { Bindings } from './bindings.ts';

/** An activation that a quantizer computes, ready to be written into kernels. */
export interface QuantizedActivation {
  readonly module: TrackedModule;
  readonly memory: RangeMemory;
  readonly isTraining: boolean;
  /** Addends of the gradients of learned scalars, [outputs] each; null if there are none. */
  readonly partials: Bound | null;
}

/** Names of its variables. */
export const quantizedScope = 'q';

export function programOf({ module, isTraining }: QuantizedActivation): ActivationProgram {
  return isTraining ? module.training : module.inference;
}

export function rangeNames(activation: QuantizedActivation, bindings: Bindings): RangeNames {
  const { memory } = activation;
  const extremes = programOf(activation).extremes.length > 0 ? bindings.read(memory.extremes) : '';
  return { extremes, scalars: bindings.read(memory.scalars) };
}

/** Statements that come before its other texts. */
export function quantizedSetup(activation: QuantizedActivation, bindings: Bindings): string {
  const { module, isTraining } = activation;
  return scalarsText(module, rangeNames(activation, bindings), isTraining, quantizedScope);
}
