import { findAffineGrid, levelOf, type AffineGrid } from './affine-grid.ts';
import { smallestLayout, type TensorLayout, type TensorToStore } from './encoded-size.ts';

/** How the values of a tensor are stored without loss. */
export interface StoredTensor extends TensorToStore {
  readonly layout: TensorLayout;
  /** With scales and zero points. */
  readonly bytes: number;
  /** Grids of the values: none for floats, one for the tensor, or one for each index of the last axis. */
  readonly grids: readonly AffineGrid[];
  /** Bytes that no code gets below which takes the weights as independent draws (Shannon 1948). */
  readonly entropyBytes: number;
}

/**
 * Chooses how to store a tensor: as levels of a grid where its values lie on at most 2^bits levels, else as floats; each in
 * the smallest of three layouts. Floats also where scales for each output would cost more than levels save.
 *
 * @param shape In project layout; the last axis counts outputs.
 * @param bits As the quantizer says; 32 means float.
 */
export function storeTensor(shape: readonly number[], values: Float32Array, bits: number): StoredTensor {
  const outputs = shape.length > 1 ? (shape.at(-1) ?? 1) : 1;
  const nonZero = values.reduce((count, value) => (value === 0 ? count : count + 1), 0);
  const facts = { size: values.length, nonZero, outputs };
  const form = bits < 32 ? quantizedForm(values, outputs, 2 ** bits) : null;
  const floats = { ...facts, bits: 32, scales: 0, grids: [] };
  const stored = { ...floats, ...smallestLayout(floats), entropyBytes: floatEntropy(facts) / 8 };
  if (form === null) return stored;
  const levels = { ...facts, ...form, bits, scales: form.grids.length };
  const quantized = { ...levels, ...smallestLayout(levels), entropyBytes: levelEntropy(values, form.grids) / 8 };
  return quantized.bytes < stored.bytes ? quantized : stored;
}

type QuantizedForm = Pick<StoredTensor, 'grids'> & { readonly needsSparse: boolean };

/** One grid, else one for each output; of all values, else of those that are not zero. null: no grid fits. */
function quantizedForm(values: Float32Array, outputs: number, maxLevels: number): QuantizedForm | null {
  for (const needsSparse of [false, true]) {
    for (const count of outputs > 1 ? [1, outputs] : [1]) {
      const parts = byOutput(values, count);
      const grids = parts.map((part) =>
        findAffineGrid(needsSparse ? part.filter((value) => value !== 0) : part, maxLevels),
      );
      if (grids.every((grid) => grid !== null)) return { grids, needsSparse };
    }
  }
  return null;
}

/** The values of each index of the last axis. */
function byOutput(values: Float32Array, outputs: number): readonly Float32Array[] {
  const length = values.length / outputs;
  return Array.from({ length: outputs }, (_, output) =>
    Float32Array.from({ length }, (_value, at) => values[at * outputs + output]!),
  );
}

/** The grid of an element, by its place in the tensor. */
export function gridAt(grids: readonly AffineGrid[], index: number): AffineGrid {
  return grids[index % grids.length]!;
}

/** Bits of all values, coded by how often each level occurs; zero is the same symbol in every grid. */
function levelEntropy(values: Float32Array, grids: readonly AffineGrid[]): number {
  const counts = new Map<number, number>();
  for (const [index, value] of values.entries()) {
    const grid = gridAt(grids, index);
    const symbol = value === 0 ? 0 : levelOf(grid, value) - Math.floor(grid.zeroPoint);
    counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
  }
  return -[...counts.values()].reduce((sum, count) => sum + count * Math.log2(count / values.length), 0);
}

/** Bits of the places of zeros, and of floats that are taken as incompressible. */
function floatEntropy({ size, nonZero }: { readonly size: number; readonly nonZero: number }): number {
  const share = nonZero / Math.max(1, size);
  const places = [share, 1 - share].reduce((sum, one) => (one > 0 ? sum - one * Math.log2(one) : sum), 0);
  return size * places + 32 * nonZero;
}
