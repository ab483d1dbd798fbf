import { type ArrayTensor, type LinearGeometry, linearGeometry } from '../../core/network-reference-convolution.ts';
import type { ConvolutionLayer, DenseLayer } from '../../core/network.ts';

/** Outputs that are summed side by side, in variables of their own. */
const tile = 8;

/** Computes a convolution or a dense layer for inputs [samples, ...]. */
export type LinearLayer = (input: ArrayTensor) => ArrayTensor;

/**
 * A convolution or dense layer in plain JavaScript, for a few inputs at a time, without a device that
 * training may be using. Sums run in double precision; zeros among the inputs cost nothing.
 *
 * @param kernel HWIO or [in, out].
 * @param bias One number per output, or null.
 */
export function createLinearLayer(
  layer: ConvolutionLayer | DenseLayer,
  kernel: Float32Array,
  bias: Float32Array | null,
): LinearLayer {
  const outputs = layer.kind === 'dense' ? layer.outFeatures : layer.outChannels;
  const tiles = packTiles(kernel, outputs);
  return (input) => {
    const geometry = linearGeometry(layer, input.shape);
    const { samples, outputHeight, outputWidth } = geometry;
    const values = new Float32Array(samples * outputHeight * outputWidth * outputs);
    for (const [at, weights] of tiles.entries())
      sumTile({ geometry, input: input.values, weights, bias, values }, at * tile);
    const shape = layer.kind === 'dense' ? [samples, outputs] : [samples, outputHeight, outputWidth, outputs];
    return { shape, values };
  };
}

/** [outputs / tile][taps · inputs][tile], zeros behind the last output. */
function packTiles(kernel: Float32Array, outputs: number): readonly Float32Array[] {
  const rows = kernel.length / outputs;
  return Array.from({ length: Math.ceil(outputs / tile) }, (_, at) => {
    const weights = new Float32Array(rows * tile);
    for (let row = 0; row < rows; row++) {
      const first = row * outputs + at * tile;
      weights.set(kernel.subarray(first, Math.min(first + tile, (row + 1) * outputs)), row * tile);
    }
    return weights;
  });
}

interface TileWork {
  readonly geometry: LinearGeometry;
  readonly input: Float32Array;
  readonly weights: Float32Array;
  readonly bias: Float32Array | null;
  readonly values: Float32Array;
}

const sums = new Float64Array(tile);

/** All pixels of up to eight outputs. */
function sumTile({ geometry, input, weights, bias, values }: TileWork, firstOutput: number): void {
  const { samples, inputHeight, inputWidth, inputs, outputHeight, outputWidth, outputs } = geometry;
  const { kernelHeight, kernelWidth, stride, padding } = geometry;
  const width = Math.min(tile, outputs - firstOutput);
  const pixels = samples * outputHeight * outputWidth;
  for (let pixel = 0; pixel < pixels; pixel++) {
    const left = (pixel % outputWidth) * stride - padding;
    const row = Math.floor(pixel / outputWidth);
    const top = (row % outputHeight) * stride - padding;
    const sample = Math.floor(row / outputHeight);
    const from = Math.max(0, -left);
    const length = (Math.min(kernelWidth, inputWidth - left) - from) * inputs;
    for (let at = 0; at < tile; at++) sums[at] = at < width ? (bias?.[firstOutput + at] ?? 0) : 0;
    for (let i = Math.max(0, -top); i < Math.min(kernelHeight, inputHeight - top); i++) {
      const start = ((sample * inputHeight + top + i) * inputWidth + left + from) * inputs;
      addRow(input, start, length, weights, (i * kernelWidth + from) * inputs * tile);
    }
    const place = pixel * outputs + firstOutput;
    for (let at = 0; at < width; at++) values[place + at] = sums[at]!;
  }
}

/** Adds inputs that lie side by side, each times its eight weights. */
// eslint-disable-next-line max-params -- the innermost loop: an object for each call would cost as much as the sum
function addRow(input: Float32Array, start: number, length: number, weights: Float32Array, firstWeight: number): void {
  let [a, b, c, d] = [sums[0]!, sums[1]!, sums[2]!, sums[3]!];
  let [e, f, g, h] = [sums[4]!, sums[5]!, sums[6]!, sums[7]!];
  for (let at = start, weight = firstWeight; at < start + length; at++, weight += tile) {
    const value = input[at]!;
    if (value === 0) continue;
    a += value * weights[weight]!;
    b += value * weights[weight + 1]!;
    c += value * weights[weight + 2]!;
    d += value * weights[weight + 3]!;
    e += value * weights[weight + 4]!;
    f += value * weights[weight + 5]!;
    g += value * weights[weight + 6]!;
    h += value * weights[weight + 7]!;
  }
  sums[0] = a;
  sums[1] = b;
  sums[2] = c;
  sums[3] = d;
  sums[4] = e;
  sums[5] = f;
  sums[6] = g;
  sums[7] = h;
}
