import { gridValue, levelOf } from '../../core/affine-grid.ts';
import { bitsFor, type TensorLayout } from '../../core/encoded-size.ts';
import { gridAt, storeTensor, type StoredTensor } from '../../core/stored-tensor.ts';
import type { NamedTensor } from '../../protocol/training-event.ts';
import { packBits, unpackBits } from './bit-packing.ts';
import { float32Bytes } from './npz.ts';
import { concatBytes } from './protobuf.ts';

/**
 * The packed compressed model, version 1: what a compressed network needs, byte for byte as the cost says.
 *
 * File: 8 bytes `DPACKED1`; length of the header (uint32); the header, JSON in UTF-8; the tensors one after the other.
 * Header: `{"version": 1, "metadata": {…}, "tensors": [{"name", "shape", "bits", "layout", "scales", "nonZero"}]}`; bits 32
 * means float32. A tensor has these sections, each ending on a whole byte, whole numbers packed with the lowest bit first:
 *
 * 1. `scales` times scale and zero point (float32 each): none for floats, one for the tensor, or one for each index of its
 *    last axis. value = float32(scale · (level − zero point)).
 * 2. By layout. `dense`: nothing. `bitmask`: a bit for each place in row-major order, 1 for a value that is stored. `csr`: the
 *    tensor is seen as a matrix with a row for each index of the last axis (one row if it has one axis) and a column for each
 *    place of the axes before; rows + 1 starts of bits(nonZero) bits, then nonZero columns of bits(columns − 1) bits, where
 *    bits(n) = max(1, ⌈log2(n + 1)⌉).
 * 3. The values: all of them (`dense`), or those that are not zero, in the order of the positions; levels of `bits` bits, or
 *    float32.
 *
 * All numbers are little-endian. Quantized values come back within some roundings to float32, zeros and floats exactly.
 */
export interface PackedHeader {
  readonly version: 1;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: readonly PackedTensorHeader[];
}

interface PackedTensorHeader {
  readonly name: string;
  readonly shape: readonly number[];
  readonly bits: number;
  readonly layout: TensorLayout;
  readonly scales: number;
  readonly nonZero: number;
}

const magic = 'DPACKED1';

/** A file of the tensors, each stored as `storeTensor` chooses. @param bits By name; those left out are float. */
export function packModel(
  tensors: readonly NamedTensor[],
  bits: ReadonlyMap<string, number>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const packed = tensors.map((tensor) => packTensor(tensor, bits.get(tensor.name) ?? 32));
  const header: PackedHeader = { version: 1, metadata, tensors: packed.map((one) => one.header) };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, json.length, true);
  return concatBytes([new TextEncoder().encode(magic), length, json, ...packed.map(({ body }) => body)]);
}

/** The sections of a tensor without its entry in the header: as many bytes as the cost says. */
export function packedSections(tensor: NamedTensor, bits: number): Uint8Array<ArrayBuffer> {
  return packTensor(tensor, bits).body;
}

interface PackedTensor {
  readonly header: PackedTensorHeader;
  readonly body: Uint8Array<ArrayBuffer>;
}

function packTensor({ name, shape, values }: NamedTensor, bits: number): PackedTensor {
  const stored = storeTensor(shape, values, bits);
  const places = storedPlaces(stored, values);
  const scales = float32Bytes(stored.grids.flatMap(({ scale, zeroPoint }) => [scale, zeroPoint]));
  const positions = positionBytes(stored, values, places);
  return {
    header: { name, shape, bits: stored.bits, layout: stored.layout, scales: stored.scales, nonZero: stored.nonZero },
    body: concatBytes([scales, positions, valueBytes(stored, values, places)]),
  };
}

/** Indices of the values that are stored, in the order of the layout. */
function storedPlaces({ layout, outputs, size }: StoredTensor, values: Float32Array): readonly number[] {
  if (layout === 'dense') return Array.from(values.keys());
  const rows = layout === 'csr' ? outputs : 1;
  const columns = size / rows;
  const rowMajor = Array.from(values.keys(), (at) => (at % columns) * rows + Math.floor(at / columns));
  return rowMajor.filter((place) => values[place] !== 0);
}

function positionBytes(stored: StoredTensor, values: Float32Array, places: readonly number[]): Uint8Array {
  const { layout, outputs, nonZero, size } = stored;
  if (layout === 'dense') return new Uint8Array();
  if (layout === 'bitmask') {
    return packBits(
      values.map((value) => (value === 0 ? 0 : 1)),
      1,
    );
  }
  const counts = new Uint32Array(outputs + 1);
  for (const place of places) counts[(place % outputs) + 1]!++;
  for (let row = 0; row < outputs; row++) counts[row + 1]! += counts[row]!;
  const columns = places.map((place) => Math.floor(place / outputs));
  return concatBytes([packBits(counts, bitsFor(nonZero)), packBits(columns, bitsFor(size / outputs - 1))]);
}

function valueBytes({ grids, bits }: StoredTensor, values: Float32Array, places: readonly number[]): Uint8Array {
  if (grids.length === 0) return float32Bytes(places.map((place) => values[place]!));
  return packBits(
    places.map((place) => levelOf(gridAt(grids, place), values[place]!)),
    bits,
  );
}

/**
 * Reads a packed model.
 *
 * @throws RangeError if it is none, or has another version.
 */
export function unpackModel(file: Uint8Array): {
  readonly header: PackedHeader;
  readonly tensors: readonly NamedTensor[];
} {
  const start = new TextDecoder().decode(file.subarray(0, 8));
  if (start !== magic) throw new RangeError(`A packed model begins with ${magic}, got ${JSON.stringify(start)}`);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const headerEnd = 12 + view.getUint32(8, true);
  const header = JSON.parse(new TextDecoder().decode(file.subarray(12, headerEnd))) as PackedHeader;
  const reader = new SectionReader(file, headerEnd);
  return { header, tensors: header.tensors.map((tensor) => readTensor(tensor, reader)) };
}

/** Hands out sections of a file in their order. */
class SectionReader {
  readonly #file: Uint8Array;
  #at: number;

  constructor(file: Uint8Array, start: number) {
    this.#file = file;
    this.#at = start;
  }

  integers(count: number, bits: number): Uint32Array {
    return unpackBits(this.#take(Math.ceil((count * bits) / 8)), count, bits);
  }

  floats(count: number): Float32Array {
    const bytes = this.#take(4 * count);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    return Float32Array.from({ length: count }, (_, index) => view.getFloat32(4 * index, true));
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#file.length) throw new RangeError(`The packed model ends at ${this.#file.length}, not at ${end}`);
    const section = this.#file.subarray(this.#at, end);
    this.#at = end;
    return section;
  }
}

function readTensor(tensor: PackedTensorHeader, reader: SectionReader): NamedTensor {
  const { name, shape, bits, scales } = tensor;
  const pairs = reader.floats(2 * scales);
  const grids = Array.from({ length: scales }, (_, at) => ({ scale: pairs[2 * at]!, zeroPoint: pairs[2 * at + 1]! }));
  const places = readPlaces(tensor, reader);
  const values = new Float32Array(shape.reduce((product, length) => product * length, 1));
  const stored = scales === 0 ? reader.floats(places.length) : reader.integers(places.length, bits);
  for (const [index, place] of places.entries()) {
    const grid = grids[place % scales];
    values[place] = grid ? gridValue(grid, stored[index]!) : stored[index]!;
  }
  return { name, shape, values };
}

function readPlaces({ layout, shape, nonZero }: PackedTensorHeader, reader: SectionReader): readonly number[] {
  const size = shape.reduce((product, length) => product * length, 1);
  const all = Array.from({ length: size }, (_, place) => place);
  if (layout === 'dense') return all;
  if (layout === 'bitmask') {
    const mask = reader.integers(size, 1);
    return all.filter((place) => mask[place] === 1);
  }
  const rows = shape.length > 1 ? (shape.at(-1) ?? 1) : 1;
  const starts = reader.integers(rows + 1, bitsFor(nonZero));
  const columns = reader.integers(nonZero, bitsFor(size / rows - 1));
  return Array.from({ length: rows }, (_, row) =>
    Array.from(columns.subarray(starts[row], starts[row + 1]), (column) => column * rows + row),
  ).flat();
}
