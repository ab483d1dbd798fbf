/** What has to be stored of one parameter. */
export interface StoredParameter {
  readonly size: number;
  readonly nonZero: number;
  /** 32 means float. */
  readonly bits: number;
}

/**
 * Bytes that a parameter needs when its values are packed to their bit-width, with the smaller of two layouts: every
 * value, or a bitmask of what is not zero followed by those values alone.
 */
export function encodedSizeBytes({ size, nonZero, bits }: StoredParameter): number {
  const dense = Math.ceil((size * bits) / 8);
  const sparse = Math.ceil(size / 8) + Math.ceil((nonZero * bits) / 8);
  return Math.min(dense, sparse);
}

/** Bytes of float32 values, four each. */
export function denseSizeBytes(size: number): number {
  return 4 * size;
}

/**
 * How a tensor is laid out. `dense`: every value. `bitmask`: a bit for each place, then the values that are not zero. `csr`
 * (compressed sparse rows): where each row begins, then the column of each value that is not zero, then these values.
 */
export type TensorLayout = 'dense' | 'bitmask' | 'csr';

/** What has to be stored of a kernel, or of a vector. */
export interface TensorToStore extends StoredParameter {
  /** Length of the last axis: rows of the sparse matrix, whose columns are all weights of one output. 1 for vectors. */
  readonly outputs: number;
  /** How many pairs of scale and zero point go with it, 4 bytes each; 0 for floats. */
  readonly scales: number;
  /** Whether zeros can only be left out, because no level of the quantizer is zero. */
  readonly needsSparse?: boolean;
}

/** Bits of a whole number from 0 to `highest`; at least 1. */
export function bitsFor(highest: number): number {
  return Math.max(1, Math.ceil(Math.log2(highest + 1)));
}

/** Bytes of each section of each layout: positions, then bit-packed values. Every section ends on a whole byte. */
export function layoutBytes({ size, nonZero, bits, outputs }: TensorToStore): Readonly<Record<TensorLayout, number>> {
  const values = Math.ceil((nonZero * bits) / 8);
  const starts = Math.ceil(((outputs + 1) * bitsFor(nonZero)) / 8);
  const columns = Math.ceil((nonZero * bitsFor(size / outputs - 1)) / 8);
  return {
    dense: Math.ceil((size * bits) / 8),
    bitmask: Math.ceil(size / 8) + values,
    csr: starts + columns + values,
  };
}

/** The smallest layout of a tensor, and its bytes with scales and zero points. The simpler one where two are equal. */
export function smallestLayout(tensor: TensorToStore): { readonly layout: TensorLayout; readonly bytes: number } {
  const bytes = layoutBytes(tensor);
  const layouts: readonly TensorLayout[] = tensor.needsSparse === true ? sparseLayouts : ['dense', ...sparseLayouts];
  const layout = layouts.reduce((best, other) => (bytes[other] < bytes[best] ? other : best));
  return { layout, bytes: bytes[layout] + 8 * tensor.scales };
}

const sparseLayouts: readonly TensorLayout[] = ['bitmask', 'csr'];
