import { hoisted } from './shader.ts';

/** How many vectors of four hold so many channels. */
export function vectorsOf(channels: number): number {
  return Math.ceil(channels / 4);
}

/**
 * Where the pixels of a batch of feature maps lie in a buffer: [batch, rows, columns, vectors] of `vec4f`, channels last and
 * filled up with zeros to a multiple of four. A border of zeros saves a convolution all tests for the edge; a spacing puts
 * zeros between pixels, which makes the gradient of a convolution with a stride one without.
 *
 * A dense layer's [batch, features] is one pixel with that many channels.
 */
export interface Placement {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly vectors: number;
  /** Zeros before the first pixel of a row, and before the first row. */
  readonly border: number;
  /** Distance of neighbouring pixels; 1: side by side. */
  readonly spacing: number;
  /** Rows and columns with border and spacing. */
  readonly rows: number;
  readonly columns: number;
  /** Vectors before it in a buffer that it shares with others; null: it has its own. */
  readonly offset: number | null;
}

export type MapShape = readonly [height: number, width: number, channels: number];

/** [height, width, channels] of a map, or of [features] as one pixel. */
export function mapShape(shape: readonly number[]): MapShape {
  const [height, width, channels] = shape;
  if (height === undefined) throw new RangeError('A feature map has at least one axis');
  return width === undefined || channels === undefined ? [1, 1, height] : [height, width, channels];
}

/** Pixels side by side with a border all around. */
export function placeMap([height, width, channels]: MapShape, border = 0): Placement {
  const [rows, columns] = [height + 2 * border, width + 2 * border];
  return { height, width, channels, vectors: vectorsOf(channels), border, spacing: 1, rows, columns, offset: null };
}

/**
 * The gradient of a convolution's output, placed so that the gradient of its input is a convolution without stride or padding.
 *
 * @param input Height and width of what the convolution reads; null if nobody asks for the gradient there.
 */
export function placeGradient(
  [height, width, channels]: MapShape,
  convolution: { readonly kernelSize: readonly [number, number]; readonly stride: number; readonly padding: number },
  input: readonly [number, number] | null,
): Placement {
  if (input === null) return placeMap([height, width, channels]);
  const { kernelSize, stride: spacing, padding } = convolution;
  const reach = kernelSize[0] - 1;
  const border = reach - padding;
  const extent = (length: number, read: number): number => Math.max((length - 1) * spacing + 1 + border, read + reach);
  const [rows, columns] = [extent(height, input[0]), extent(width, input[1])];
  return { height, width, channels, vectors: vectorsOf(channels), border, spacing, rows, columns, offset: null };
}

/** Vectors that a batch takes. */
export function placedLength({ rows, columns, vectors }: Placement, batch: number): number {
  return batch * rows * columns * vectors;
}

/** WGSL of what comes before the index in a buffer that is shared. */
export function offsetText(offset: number | null): string {
  return offset === null ? '' : `${hoisted('map', offset)} + `;
}

/** Vectors from a pixel to the one so many rows and columns further. */
export function pixelStep({ columns, vectors, spacing }: Placement, rows: number, across: number): number {
  return (rows * columns + across) * spacing * vectors;
}

/** WGSL of the index of a pixel's first vector. */
export function pixelIndex(place: Placement, sample: string, y: string, x: string): string {
  const { rows, columns, vectors, border, spacing, offset } = place;
  const at = (value: string): string => {
    const spaced = spacing === 1 ? value : `${value} * ${String(spacing)}u`;
    return border === 0 ? spaced : `${spaced} + ${String(border)}u`;
  };
  const from = offsetText(offset);
  if (rows === 1 && columns === 1) return `(${from}(${sample}) * ${String(vectors)}u)`;
  return `(${from}(((${sample}) * ${String(rows)}u + ${at(`(${y})`)}) * ${String(columns)}u + ${at(`(${x})`)}) * ${String(vectors)}u)`;
}
