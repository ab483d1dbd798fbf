import type { TestSamples } from '../../protocol/answers.ts';

/** One sample of a set: pixels, or coordinates. */
export function sampleInputs({ inputs, count }: TestSamples, sample: number): Uint8Array | Float32Array {
  const size = inputs.length / count;
  return inputs.subarray(sample * size, (sample + 1) * size);
}
