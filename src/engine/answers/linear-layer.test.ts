import { expect, test } from 'vitest';
import { linearForward } from '../../core/network-reference-convolution.ts';
import type { ConvolutionLayer, DenseLayer } from '../../core/network.ts';
import { createRandom } from '../../core/random.ts';
import { createLinearLayer } from './linear-layer.ts';

const random = createRandom(7);
const numbers = (length: number): Float32Array =>
  Float32Array.from({ length }, () => (random.next() < 0.3 ? 0 : random.uniform(-1, 1)));

function convolution(change: Partial<ConvolutionLayer>): ConvolutionLayer {
  const plain = { inChannels: 3, outChannels: 8, kernelSize: [3, 3], stride: 1, padding: 0, bias: true } as const;
  return { name: 'conv', kind: 'conv2d', ...plain, ...change };
}

test.each([
  ['plain', convolution({})],
  ['padded', convolution({ padding: 1 })],
  ['with steps of two and more padding than the kernel needs', convolution({ stride: 2, padding: 3, outChannels: 11 })],
  ['with a kernel that is no square, and few outputs', convolution({ kernelSize: [1, 5], padding: 2, outChannels: 3 })],
] as const)('a convolution is that of the reference: %s', (_, layer) => {
  const [height, width] = layer.kernelSize;
  const input = { shape: [2, 7, 6, 3], values: numbers(2 * 7 * 6 * 3) };
  const kernel = numbers(height * width * 3 * layer.outChannels);
  const bias = numbers(layer.outChannels);
  expect(createLinearLayer(layer, kernel, bias)(input)).toEqual(linearForward(layer, input, kernel, bias));
  expect(createLinearLayer(layer, kernel, null)(input)).toEqual(linearForward(layer, input, kernel, null));
});

test('a dense layer is that of the reference', () => {
  const layer: DenseLayer = { name: 'fc', kind: 'dense', inFeatures: 13, outFeatures: 10, bias: true };
  const input = { shape: [5, 13], values: numbers(65) };
  const [kernel, bias] = [numbers(130), numbers(10)];
  expect(createLinearLayer(layer, kernel, bias)(input)).toEqual(linearForward(layer, input, kernel, bias));
});
