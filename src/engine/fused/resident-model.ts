import type { AnalysisSource } from '../analysis/trained-model.ts';
import { tuningOf } from './choose-tuning.ts';
import { allocateStatistics } from './forward.ts';
import type { ResidentSamples } from './kernels/gather.ts';
import type { Plan } from './plan.ts';
import type { Recorder } from './recorder.ts';
import { uploadSamples } from './resident-samples.ts';
import type { Bound } from './shader.ts';
import { packStatistics } from './statistics.ts';
import { writeArena } from './step-memory.ts';
import type { Tuning } from './tuning.ts';

/** A trained model and the samples that it is asked about, on the device. */
export interface ResidentModel {
  readonly weights: Bound;
  readonly samples: ResidentSamples;
  readonly shared: { readonly statistics: Bound };
  readonly tuning: Tuning;
}

export async function uploadModel(
  recorder: Recorder,
  plan: Plan,
  { model: { values }, samples, normalization }: AnalysisSource,
): Promise<ResidentModel> {
  const weights = recorder.allocate('weights', 'vec4f', plan.layout.length);
  writeArena(recorder, plan, weights, (name) => values.get(name)!);
  const statistics = allocateStatistics(recorder, plan);
  const packed = packStatistics(plan, values);
  if (packed.length > 0) recorder.write(statistics, packed);
  return {
    weights,
    samples: uploadSamples(recorder, samples, normalization),
    shared: { statistics },
    tuning: await tuningOf(recorder.device),
  };
}
