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
