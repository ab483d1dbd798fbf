import { multiply, solveLeastSquares } from './least-squares.ts';

/** What a convolution or dense layer computed at some output positions of some samples. */
export interface LayerSamples {
  readonly rows: number;
  /** [rows, height · width · channels]: the inputs under the kernel, in the order of the kernel; of a dense layer all inputs. */
  readonly inputs: Float32Array;
  /** [rows, filters]: the outputs there, without the bias. */
  readonly outputs: Float32Array;
}

/** Enough to decide between inputs that are alike, too little to be seen in the outputs. */
const ridge = 1e-6;

/**
 * A kernel that gives the sampled outputs as well as it can from some of its input channels (He et al. 2017, Channel
 * Pruning for Accelerating Very Deep Neural Networks, arXiv:1707.06168, section 3.1: least squares for the weights once
 * the channels are chosen). Of all kernels that fit alike it is close to the one that there is: a change is solved for.
 *
 * @param kernel HWIO, or [in, out] of a dense layer.
 * @param keep One number per input channel, 0 for those that go.
 * @returns The new kernel; weights of channels that go are 0.
 * @throws RangeError if the samples are not of this layer.
 */
export function reconstructChannels(
  kernel: Float32Array,
  shape: readonly number[],
  keep: ArrayLike<number>,
  { rows, inputs, outputs }: LayerSamples,
): Float32Array {
  const filters = shape.at(-1)!;
  const channels = shape.at(-2)!;
  const width = kernel.length / filters;
  if (inputs.length !== rows * width || outputs.length !== rows * filters || keep.length !== channels) {
    throw new RangeError(`The samples do not fit a kernel [${shape.join(', ')}]`);
  }
  const kept = Array.from({ length: width }, (_, at) => at).filter((at) => keep[at % channels] !== 0);
  const result = new Float32Array(kernel.length);
  for (const at of kept) result.set(kernel.subarray(at * filters, (at + 1) * filters), at * filters);
  if (kept.length === 0 || rows === 0) return result;

  const missing = multiply(inputs, result, { rows, inner: width, columns: filters });
  for (let at = 0; at < missing.length; at++) missing[at] = outputs[at]! - missing[at]!;
  const seen = selectColumns(inputs, rows, kept);
  const problem = { inputs: seen, targets: missing, rows, columns: kept.length, outputs: filters };
  solveLeastSquares(problem, ridge).forEach((change, index) => {
    result[kept[Math.floor(index / filters)]! * filters + (index % filters)]! += change;
  });
  return result;
}

/**
 * One number per input channel, 0 for those that a mask prunes. A channel is pruned at all positions and for all filters,
 * so the first of them tell.
 *
 * @param shape That of the mask, HWIO or [in, out].
 */
export function keptChannels(shape: readonly number[], mask: Float32Array): Float32Array {
  const filters = shape.at(-1)!;
  return Float32Array.from({ length: shape.at(-2)! }, (_, channel) => mask[channel * filters]!);
}

function selectColumns(matrix: Float32Array, rows: number, selected: readonly number[]): Float64Array {
  const width = matrix.length / rows;
  const columns = selected.length;
  const result = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      result[row * columns + column] = matrix[row * width + selected[column]!]!;
    }
  }
  return result;
}
