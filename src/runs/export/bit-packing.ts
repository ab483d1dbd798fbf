/** Whole numbers of `bits` bits each, one after the other, the lowest bit first; the last byte is filled with zeros. */
export function packBits(values: ArrayLike<number>, bits: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.ceil((values.length * bits) / 8));
  for (let index = 0; index < values.length; index++) {
    for (let bit = 0; bit < bits; bit++) {
      const at = index * bits + bit;
      if ((values[index]! >>> bit) & 1) bytes[at >> 3]! |= 1 << (at & 7);
    }
  }
  return bytes;
}

/** What `packBits` packed. */
export function unpackBits(bytes: Uint8Array, count: number, bits: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, index) => {
    let value = 0;
    for (let bit = 0; bit < bits; bit++) {
      const at = index * bits + bit;
      value |= ((bytes[at >> 3]! >> (at & 7)) & 1) << bit;
    }
    return value;
  });
}
