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
 * Chooses how to store a tensor: as levels of a grid where its values lie on one of at most 2^bits levels, else as floats;
 * then the smallest of three layouts.
 *
 * @param shape In project layout; the last axis counts outputs.
 * @param bits As the quantizer says; 32 means float.
 */
export function storeTensor(shape: readonly number[], values: Float32Array, bits: number): StoredTensor {
  const outputs = shape.length > 1 ? (shape.at(-1) ?? 1) : 1;
  const nonZero = values.reduce((count, value) => (value === 0 ? count : count + 1), 0);
  const quantized = bits < 32 ? quantizedForm(values, outputs, 2 ** bits) : null;
  const form = { grids: quantized?.grids ?? [], needsSparse: quantized?.needsSparse ?? false };
  const tensor = { size: values.length, nonZero, bits: quantized ? bits : 32, outputs, scales: form.grids.length };
  return {
    ...tensor,
    ...form,
    ...smallestLayout({ ...tensor, ...form }),
    entropyBytes: quantized
      ? levelEntropy(values, form.grids) / 8
      : (values.length * binaryEntropy(nonZero / Math.max(1, values.length)) + 32 * nonZero) / 8,
  };
}

type QuantizedForm = Pick<StoredTensor, 'grids'> & { readonly needsSparse: boolean };

/** One grid, else one for each output; of all values, else of those that are not zero. null: no grid fits. */
function quantizedForm(values: Float32Array, outputs: number, maxLevels: number): QuantizedForm | null {
  const channels = Array.from({ length: outputs }, (_, at) => values.filter((_value, index) => index % outputs === at));
  for (const needsSparse of [false, true]) {
    for (const parts of outputs > 1 ? [[values], channels] : [[values]]) {
      const grids = parts.map((part) =>
        findAffineGrid(needsSparse ? part.filter((value) => value !== 0) : part, maxLevels),
      );
      if (grids.every((grid) => grid !== null)) return { grids, needsSparse };
    }
  }
  return null;
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

function binaryEntropy(share: number): number {
  return [share, 1 - share].reduce((sum, one) => (one > 0 ? sum - one * Math.log2(one) : sum), 0);
}
