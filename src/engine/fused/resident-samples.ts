import { normalize, type Normalization, type SampleSet } from '../batches.ts';
import type { ResidentSamples } from './kernels/gather.ts';
import type { Recorder } from './recorder.ts';

/** Puts samples on the device, bytes four to a word; they are normalized as a batch on the host is. */
export function uploadSamples(recorder: Recorder, samples: SampleSet, normalization: Normalization): ResidentSamples {
  const resident = allocateSamples(recorder, samples);
  fillSamples(recorder, resident, samples, normalization);
  return resident;
}

/** Room for samples of which no more is known than how many there are. */
export function allocateSamples(recorder: Recorder, { inputs, count }: SampleSet): ResidentSamples {
  const valuesPerSample = inputs.length / count;
  const labels = recorder.allocate('labels of samples', 'u32', count);
  if (!(inputs instanceof Uint8Array)) {
    const values = recorder.allocate('samples', 'f32', inputs.length);
    return { values, lookup: null, valuesPerSample, labels };
  }
  const values = recorder.allocate('samples', 'u32', Math.ceil(inputs.length / 4));
  const lookup = recorder.allocate('values of bytes', 'f32', 256);
  return { values, lookup, valuesPerSample, labels };
}

/** Puts samples where there is room for them. */
export function fillSamples(
  recorder: Recorder,
  { values, lookup, labels }: ResidentSamples,
  samples: SampleSet,
  normalization: Normalization,
): void {
  const { inputs } = samples;
  recorder.write(labels, Uint32Array.from(samples.labels));
  if (lookup === null) {
    recorder.write(values, normalize(inputs, normalization));
    return;
  }
  recorder.write(values, packBytes(inputs as Uint8Array));
  const bytes = Uint8Array.from({ length: lookup.length }, (_, byte) => byte);
  recorder.write(lookup, normalize(bytes, normalization));
}

function packBytes(bytes: Uint8Array): Uint32Array {
  const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  padded.set(bytes);
  return new Uint32Array(padded.buffer);
}
