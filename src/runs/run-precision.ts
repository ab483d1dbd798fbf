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
    'The schedule asks for f16, which needs WebGPU, so the run trains in f32. A browser with WebGPU may have it; or remove precision: f16.',
  'no-halves':
    'The schedule asks for f16, but the adapter has no 16-bit floats (shader-f16), so the run trains in f32. Another adapter may have them; or remove precision: f16.',
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
    note: `${single} of ${epochs.length} epochs trained in f32: what the schedule does there cannot be recorded as GPU kernels, and only recorded steps have f16. Remove precision: f16 to train all epochs alike.`,
  };
}
