import type { PrecisionProblem } from '../protocol/training-event.ts';
import type { Run } from './run.ts';

/** What a run that asks for half precision computes with. */
export interface PrecisionMark {
  readonly name: 'f16' | 'f16 and f32' | 'f32, not f16';
  /** What that means; where it is not all `f16`, why and what to do. */
  readonly note: string;
}

const problemWords: Readonly<Record<PrecisionProblem, string>> = {
  'no-webgpu':
    'The schedule asks for f16, which only WebGPU computes with, so this run trains in f32. A browser with WebGPU may have it; without `precision: f16` every run is f32.',
  'no-halves':
    'The schedule asks for f16, but the graphics adapter has no 16-bit floats (the WebGPU feature shader-f16), so this run trains in f32. Another adapter or browser may have them; without `precision: f16` every run is f32.',
};

/** Null: the run did not ask for half precision, and computes in `f32`. */
export function precisionMark({ environment, epochs }: Pick<Run, 'environment' | 'epochs'>): PrecisionMark | null {
  const { precision, precisionProblem } = environment ?? {};
  if (precisionProblem !== undefined) return { name: 'f32, not f16', note: problemWords[precisionProblem] };
  if (precision === undefined) return null;
  const single = epochs.filter((epoch) => epoch.precision === 'f32').length;
  if (single === 0)
    return { name: 'f16', note: 'Training keeps maps and their gradients in f16, sums and weights in f32.' };
  return {
    name: single === epochs.length ? 'f32, not f16' : 'f16 and f32',
    note: `${single} of ${epochs.length} epochs trained in f32: what the schedule does there cannot be recorded as GPU kernels, and only recorded steps have f16. Write \`precision: f32\` to train all epochs alike.`,
  };
}
