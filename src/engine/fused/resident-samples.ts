import { normalize, type Normalization, type SampleSet } from '../batches.ts';
import type { ResidentSamples } from './kernels/gather.ts';
import type { Recorder } from './recorder.ts';

/** Puts samples on the device, bytes four to a word; they are normalized as a batch on the host is. */
export function uploadSamples(
  recorder: Recorder,
  { inputs, labels, count }: SampleSet,
  normalization: Normalization,
): ResidentSamples {
  const valuesPerSample = inputs.length / count;
  const all = recorder.allocate('labels of samples', 'u32', count);
  recorder.write(all, Uint32Array.from(labels));
  if (!(inputs instanceof Uint8Array)) {
    const values = recorder.allocate('samples', 'f32', inputs.length);
    recorder.write(values, normalize(inputs, normalization));
    return { values, lookup: null, valuesPerSample, labels: all };
  }
  const words = packBytes(inputs);
  const values = recorder.allocate('samples', 'u32', words.length);
  recorder.write(values, words);
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const lookup = recorder.allocate('values of bytes', 'f32', bytes.length);
  recorder.write(lookup, normalize(bytes, normalization));
  return { values, lookup, valuesPerSample, labels: all };
}

function packBytes(bytes: Uint8Array): Uint32Array {
  const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  padded.set(bytes);
  return new Uint32Array(padded.buffer);
}
