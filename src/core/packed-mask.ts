/** A mask (1 keeps, 0 prunes) in a bit a weight: weight n is bit n mod 8, from the lowest on, of byte ⌊n / 8⌋. */
export function packMask(mask: Float32Array): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(mask.length / 8));
  mask.forEach((keeps, at) => {
    if (keeps !== 0) bytes[at >> 3]! |= 1 << (at & 7);
  });
  return bytes;
}

/** @param size Weights that the mask is for. */
export function unpackMask(bytes: Uint8Array, size: number): Float32Array {
  return Float32Array.from({ length: size }, (_, at) => (bytes[at >> 3]! >> (at & 7)) & 1);
}

/** How a mask differs from the one before it; null if they are for tensors of different sizes. */
export function maskChange(
  before: Float32Array,
  after: Float32Array,
): { readonly went: number; readonly came: number } | null {
  if (before.length !== after.length) return null;
  let went = 0;
  let came = 0;
  after.forEach((keeps, at) => {
    if (keeps === 0 && before[at] !== 0) went++;
    else if (keeps !== 0 && before[at] === 0) came++;
  });
  return { went, came };
}
