import type { SampleSet } from '../batches.ts';
import type { ResidentSamples } from './kernels/gather.ts';
import type { Recorder } from './recorder.ts';

/** Puts samples on the device, bytes four to a word. */
export function uploadSamples(recorder: Recorder, { inputs, labels, count }: SampleSet): ResidentSamples {
  const isBytes = inputs instanceof Uint8Array;
  const length = isBytes ? Math.ceil(inputs.length / 4) : inputs.length;
  const values = recorder.allocate('samples', isBytes ? 'u32' : 'f32', length);
  recorder.write(values, isBytes ? packBytes(inputs, length) : inputs);
  const all = recorder.allocate('labels of samples', 'u32', count);
  recorder.write(all, Uint32Array.from(labels));
  return { values, isBytes, valuesPerSample: inputs.length / count, labels: all };
}

function packBytes(bytes: Uint8Array, length: number): Uint32Array {
  const padded = new Uint8Array(length * 4);
  padded.set(bytes);
  return new Uint32Array(padded.buffer);
}
