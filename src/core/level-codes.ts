/** Values that are few: which they are, rising, and for each element the place of its own. */
export interface LevelCodes {
  readonly levels: Float32Array;
  readonly codes: Uint8Array;
}

/** A tensor of at most 256 different values, as quantization leaves them, in a byte an element; null if there are more. */
export function encodeLevels(values: Float32Array): LevelCodes | null {
  const found = new Set<number>();
  for (const value of values) {
    // Both zeros are one level.
    found.add(value === 0 ? 0 : value);
    if (found.size > 256) return null;
  }
  const levels = Float32Array.from(found).sort();
  const codeOf = new Map(Array.from(levels, (level, code) => [level, code]));
  return { levels, codes: Uint8Array.from(values, (value) => codeOf.get(value === 0 ? 0 : value)!) };
}

export function decodeLevels({ levels, codes }: LevelCodes): Float32Array {
  return Float32Array.from(codes, (code) => levels[code] ?? 0);
}
