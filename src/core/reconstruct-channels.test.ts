import { expect, test } from 'vitest';
import { multiply } from './least-squares.ts';
import { createRandom } from './random.ts';
import { type LayerSamples, reconstructChannels } from './reconstruct-channels.ts';

const random = createRandom(2);
const draw = (length: number): Float32Array => Float32Array.from({ length }, () => random.normal());

/** Of a kernel [1, 2, 3, 2]: its inputs at two positions with three channels each; the last channel is the sum of the others. */
function sample(kernel: Float32Array, rows = 60): LayerSamples {
  const inputs = draw(rows * 6);
  for (let at = 0; at < inputs.length; at += 3) inputs[at + 2] = inputs[at]! + inputs[at + 1]!;
  return { rows, inputs, outputs: Float32Array.from(multiply(inputs, kernel, { rows, inner: 6, columns: 2 })) };
}

function error(kernel: Float32Array, { inputs, outputs, rows }: LayerSamples): number {
  const own = multiply(inputs, kernel, { rows, inner: 6, columns: 2 });
  return outputs.reduce((sum, output, at) => sum + (output - own[at]!) ** 2, 0) / outputs.length;
}

const shape = [1, 2, 3, 2];
const kernel = draw(12);
const masked = (keep: readonly number[]): Float32Array =>
  kernel.map((weight, at) => (keep[Math.floor(at / 2) % 3] === 0 ? 0 : weight));

test('a channel that others make up goes without a trace', () => {
  const samples = sample(kernel);
  const rebuilt = reconstructChannels(kernel, shape, [1, 1, 0], samples);
  expect(error(masked([1, 1, 0]), samples)).toBeGreaterThan(0.1);
  expect(error(rebuilt, samples)).toBeLessThan(1e-6);
  // At each position w0 · a + w1 · b + w2 · (a + b) = (w0 + w2) · a + (w1 + w2) · b
  for (const [at, wanted] of [kernel[0]! + kernel[4]!, kernel[1]! + kernel[5]!, kernel[2]! + kernel[4]!].entries())
    expect(rebuilt[at]).toBeCloseTo(wanted, 4);
  expect([...rebuilt.subarray(4, 6), ...rebuilt.subarray(10)]).toEqual([0, 0, 0, 0]);
});

test('where the others cannot make up for it, the error is still smaller than with the mask alone', () => {
  const samples = sample(kernel);
  const held = sample(kernel);
  const rebuilt = reconstructChannels(kernel, shape, [1, 0, 0], samples);
  expect(error(rebuilt, samples)).toBeLessThan(error(masked([1, 0, 0]), samples));
  expect(error(rebuilt, held)).toBeLessThan(error(masked([1, 0, 0]), held));
});

test('a kernel that keeps all its channels stays as it is, even if its inputs are alike or too few', () => {
  for (const rows of [60, 2]) {
    const rebuilt = reconstructChannels(kernel, shape, [1, 1, 1], sample(kernel, rows));
    rebuilt.forEach((weight, at) => expect(weight).toBeCloseTo(kernel[at]!, 5));
  }
});

test('channels of a dense kernel are its inputs', () => {
  const samples = { rows: 2, inputs: Float32Array.of(1, 2, 2, 4), outputs: Float32Array.of(5, 10) };
  const rebuilt = reconstructChannels(Float32Array.of(1, 2), [2, 1], [0, 1], samples);
  expect(rebuilt[0]).toBe(0);
  expect(rebuilt[1]).toBeCloseTo(2.5, 4);
});

test('samples of another layer are refused', () => {
  expect(() => reconstructChannels(kernel, [2, 1, 3, 2], [1, 1], sample(kernel))).toThrow(RangeError);
});
