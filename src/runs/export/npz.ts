import { zipSync, type Zippable } from 'fflate';
import type { NamedTensor } from '../../protocol/training-event.ts';
import { concatBytes } from './protobuf.ts';

/** A fixed date inside of the zip format's range: the same weights give the same file. */
export const zipDate = new Date('2020-01-01T00:00:00');

/** Weights as numpy's .npz: a zip of .npy files, one a tensor. `numpy.load(file)['conv1.weight']` in project layout. */
export function weightsNpz(tensors: readonly NamedTensor[]): Uint8Array<ArrayBuffer> {
  const files: Zippable = {};
  for (const tensor of tensors) files[`${tensor.name}.npy`] = npy(tensor);
  return zipSync(files, { mtime: zipDate });
}

/**
 * One array as .npy, version 1.0 (numpy.org/doc/stable/reference/generated/numpy.lib.format.html): magic, version, length of
 * the header, the header as a Python dictionary padded to a multiple of 64 and ending in a line feed, little-endian float32.
 */
export function npy({ shape, values }: Pick<NamedTensor, 'shape' | 'values'>): Uint8Array<ArrayBuffer> {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': ${tuple}, }`;
  const length = Math.ceil((10 + dictionary.length + 1) / 64) * 64 - 10;
  const header = new TextEncoder().encode(`${dictionary.padEnd(length - 1)}\n`);
  const magic = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, length & 0xff, length >> 8);
  return concatBytes([magic, header, float32Bytes(values)]);
}

/** Little-endian on every machine. */
export function float32Bytes(values: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < values.length; index++) view.setFloat32(4 * index, values[index]!, true);
  return bytes;
}
