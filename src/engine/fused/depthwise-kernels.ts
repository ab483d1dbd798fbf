import type { depthwiseBackward, depthwiseForward, depthwiseSums } from './kernels/depthwise.ts';
import type { Plan } from './plan.ts';

interface DepthwiseKernels {
  readonly depthwiseForward: typeof depthwiseForward;
  readonly depthwiseBackward: typeof depthwiseBackward;
  readonly depthwiseSums: typeof depthwiseSums;
}

let loaded: DepthwiseKernels | null = null;

/** Loads the kernels of depthwise layers if a network has any. To be awaited before its kernels are made. */
export async function loadDepthwise({ blocks }: Plan): Promise<void> {
  if (blocks.some(({ block }) => block.affine?.kind === 'depthwise-conv2d')) {
    loaded ??= await import('./kernels/depthwise.ts');
  }
}

/** @throws Error before `loadDepthwise`. */
export function depthwiseKernels(): DepthwiseKernels {
  if (loaded === null) throw new Error('Kernels of depthwise layers are there from loadDepthwise on');
  return loaded;
}
