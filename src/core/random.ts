/** A seeded stream of random numbers, passed as a value to whatever needs chance. */
export interface Random {
  /** A float in [0, 1), a multiple of 2^-32. */
  next(): number;
  /** A float in [min, max). */
  uniform(min: number, max: number): number;
  /** A draw from the standard normal distribution (mean 0, deviation 1). */
  normal(): number;
  /**
   * An integer in [0, n), each equally likely.
   *
   * @throws RangeError unless `n` is an integer in [1, 2^32].
   */
  integer(n: number): number;
  /** The numbers 0 to n - 1 in random order (Fisher-Yates shuffle, Knuth, TAOCP volume 2, algorithm 3.4.2 P). */
  permutation(n: number): Uint32Array;
  /**
   * An independent stream that depends on this stream's seed and on the label only, not on how much was drawn so far:
   * drawing more initial weights leaves the order of the data as it was.
   */
  fork(label: string): Random;
}

const TWO_POW_32 = 2 ** 32;

/**
 * A generator whose whole sequence follows from the seed, alike on every machine.
 *
 * The generator is sfc32 (C. Doty-Humphrey's Small Fast Counting generator, PractRand): 128 bits of state, one of them a
 * counter, so that no seed leads to a period below 2^32. The state is filled by splitmix32 and then advanced, so that
 * neighbouring seeds have nothing in common.
 *
 * @param seed A safe integer, negative ones included.
 * @throws RangeError if `seed` is not a safe integer.
 */
export function createRandom(seed: number): Random {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`A seed is a whole number below 2^53, got ${String(seed)}`);
  return fromKey([seed >>> 0, Math.floor(seed / TWO_POW_32) >>> 0]);
}

type Key = readonly [number, number];

function fromKey(key: Key): Random {
  const next32 = smallFastCounting(key);
  const next = (): number => next32() / TWO_POW_32;
  const integer = (n: number): number => {
    if (!Number.isInteger(n) || n < 1 || n > TWO_POW_32) {
      throw new RangeError(`The number of outcomes must be an integer in [1, 2^32], got ${String(n)}`);
    }
    // Draws beyond the last whole multiple of n would favour small results: they are drawn again.
    const limit = TWO_POW_32 - (TWO_POW_32 % n);
    let draw = next32();
    while (draw >= limit) draw = next32();
    return draw % n;
  };
  return {
    next,
    uniform: (min, max) => min + (max - min) * next(),
    normal: () => boxMuller(next(), next()),
    integer,
    permutation: (n) => shuffledIndices(n, integer),
    fork: (label) => fromKey(childKey(key, label)),
  };
}

/** sfc32 with its usual warm-up. Returns integers in [0, 2^32). */
function smallFastCounting(key: Key): () => number {
  const mix = splitMix(key[0] ^ rotateLeft(key[1], 16));
  let a = mix() ^ key[0];
  let b = mix() ^ key[1];
  let c = mix();
  let counter = 1;
  const next32 = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (rotateLeft(c, 21) + sum) | 0;
    return sum >>> 0;
  };
  for (let round = 0; round < 15; round++) next32();
  return next32;
}

/** splitmix32: Steele, Lea and Flood 2014 (OOPSLA), with MurmurHash3's 32-bit finalizer. */
function splitMix(start: number): () => number {
  let state = start | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    return finalize(state);
  };
}

function finalize(value: number): number {
  let mixed = value;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

/** 64 bits of key from parent and label: FNV-1a over the UTF-16 units, once per half with different starts. */
function childKey(parent: Key, label: string): Key {
  let high = finalize(parent[0] ^ 0x811c9dc5);
  let low = finalize(parent[1] ^ high ^ 0x5bd1e995);
  for (let index = 0; index < label.length; index++) {
    const unit = label.charCodeAt(index);
    high = Math.imul(high ^ unit, 0x01000193);
    low = Math.imul(rotateLeft(low, 5) ^ unit, 0x85ebca6b);
  }
  return [finalize(high ^ label.length), finalize(low ^ high)];
}

/** Box and Muller 1958; 1 - first lies in (0, 1], so that the logarithm is finite. */
function boxMuller(first: number, second: number): number {
  return Math.sqrt(-2 * Math.log(1 - first)) * Math.cos(2 * Math.PI * second);
}

function shuffledIndices(n: number, integer: (n: number) => number): Uint32Array {
  const order = new Uint32Array(n);
  for (let index = 0; index < n; index++) {
    const other = integer(index + 1);
    order[index] = order[other]!;
    order[other] = index;
  }
  return order;
}
