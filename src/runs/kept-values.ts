import { fromHalfFloats } from '../core/half-float.ts';
import { decodeLevels } from '../core/level-codes.ts';
import { unpackMask } from '../core/packed-mask.ts';
import { weightHistogram, weightPicture } from '../core/weight-picture.ts';
import type { EpochSnapshot, KeptTensor } from '../protocol/epoch-memory.ts';
import type { LayerSnapshot } from '../protocol/training-event.ts';
import type { EpochMemory } from './epoch-memory.ts';

/** A tensor as it was at the end of an epoch, to half precision. */
export interface KeptValues {
  readonly shape: readonly number[];
  readonly values: Float32Array;
  /** 1 keeps, 0 prunes; null without a mask. */
  readonly mask: Float32Array | null;
  /** What fake quantization makes of the values; null where they stay float. */
  readonly quantized: Float32Array | null;
}

const unpacked = new WeakMap<KeptTensor, KeptValues>();
const pictured = new WeakMap<KeptTensor, LayerSnapshot>();

/** What is kept of that very epoch; null if nothing is. */
export function snapshotAt(memory: EpochMemory | null, epoch: number | undefined): EpochSnapshot | null {
  return memory?.snapshots.find((snapshot) => snapshot.epoch === epoch) ?? null;
}

/** The values of a tensor in a snapshot; null if it holds none of that name. Unpacked once. */
export function keptValues(snapshot: EpochSnapshot | null, name: string): KeptValues | null {
  const tensor = tensorOf(snapshot, name);
  return tensor && remembered(unpacked, tensor, unpack);
}

/** Histogram and picture of a kernel in a snapshot. Made once. */
export function keptPicture(snapshot: EpochSnapshot | null, name: string): LayerSnapshot | null {
  const tensor = tensorOf(snapshot, name);
  if (tensor === null) return null;
  return remembered(pictured, tensor, () => {
    const { shape, values, mask } = remembered(unpacked, tensor, unpack);
    return { parameter: name, histogram: weightHistogram(values, mask), picture: weightPicture(shape, values, mask) };
  });
}

/** What was added to each weight from one to the other; null if these have different shapes. */
export function valuesChange(before: KeptValues | null, after: KeptValues | null): Float32Array | null {
  if (before === null || after === null || before.values.length !== after.values.length) return null;
  return after.values.map((value, at) => value - (before.values[at] ?? 0));
}

function tensorOf(snapshot: EpochSnapshot | null, name: string): KeptTensor | null {
  return snapshot?.tensors.find((tensor) => tensor.name === name) ?? null;
}

function unpack({ shape, halves, mask, quantized }: KeptTensor): KeptValues {
  return {
    shape,
    values: fromHalfFloats(halves),
    mask: mask === undefined ? null : unpackMask(mask, halves.length),
    quantized: quantized === undefined ? null : decodeLevels(quantized),
  };
}

function remembered<V>(cache: WeakMap<KeptTensor, V>, tensor: KeptTensor, make: (tensor: KeptTensor) => V): V {
  const known = cache.get(tensor);
  if (known !== undefined) return known;
  const made = make(tensor);
  cache.set(tensor, made);
  return made;
}
