/**
 * As much of the Protocol Buffers wire format as the event file needs
 * (protobuf.dev/programming-guides/encoding): a message is its encoded fields, one after the other.
 */

type Bytes = Uint8Array<ArrayBuffer>;

/** A field of type `double`; packed if there are several values. */
export function doubleField(field: number, value: number): Bytes {
  return concatBytes([varint(field * 8 + 1), littleEndian(8, (view) => view.setFloat64(0, value, true))]);
}

export function packedDoublesField(field: number, values: readonly number[]): Bytes {
  const body = littleEndian(8 * values.length, (view) =>
    values.forEach((value, index) => view.setFloat64(8 * index, value, true)),
  );
  return bytesField(field, body);
}

export function floatField(field: number, value: number): Bytes {
  return concatBytes([varint(field * 8 + 5), littleEndian(4, (view) => view.setFloat32(0, value, true))]);
}

/** A field of type `int64`, not negative. */
export function integerField(field: number, value: number): Bytes {
  return concatBytes([varint(field * 8), varint(value)]);
}

export function stringField(field: number, text: string): Bytes {
  return bytesField(field, new TextEncoder().encode(text));
}

/** A field of type `bytes`, or an embedded message. */
export function bytesField(field: number, body: Uint8Array): Bytes {
  return concatBytes([varint(field * 8 + 2), varint(body.length), body]);
}

export function concatBytes(parts: readonly Uint8Array[]): Bytes {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Seven bits a byte, the lowest first; exact up to 2^53. */
function varint(value: number): Bytes {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return Uint8Array.from([...bytes, rest]);
}

function littleEndian(length: number, write: (view: DataView) => void): Bytes {
  const bytes = new Uint8Array(length);
  write(new DataView(bytes.buffer));
  return bytes;
}
