import type { ParameterSpec } from '../../core/network.ts';
import { vectorsOf } from './placement.ts';

/** Every parameter begins at a multiple of so many vectors, so that one workgroup only ever sees one parameter. */
export const parameterAlignment = 64;

/**
 * Where a parameter lies in the arena of all parameters: rows of outputs, filled up to vectors of four. Rows are the axes but
 * the last, in groups of input channels that are filled up as the feature map they meet is.
 */
export interface ParameterPlace {
  readonly spec: ParameterSpec;
  /** Vectors before it in the arena. */
  readonly offset: number;
  /** Rows without and with filling. */
  readonly rowCount: number;
  readonly rows: number;
  /** Outputs without and with filling. */
  readonly columnCount: number;
  readonly vectors: number;
  /** Rows of one pixel without and with filling. */
  readonly group: number;
  readonly filledGroup: number;
}

/** All parameters of a network in one buffer. */
export interface ParameterLayout {
  readonly places: readonly ParameterPlace[];
  /** Vectors in all. */
  readonly length: number;
}

/** @param fillOf Rows of one pixel of the map that a kernel reads, without and with filling. */
export function layOutParameters(
  specs: readonly ParameterSpec[],
  fillOf: (spec: ParameterSpec) => { readonly group: number; readonly filledGroup: number },
): ParameterLayout {
  const places: ParameterPlace[] = [];
  let offset = 0;
  for (const spec of specs) {
    const columnCount = spec.shape.at(-1) ?? 1;
    const rowCount = spec.size / columnCount;
    const { group, filledGroup } =
      rowCount === 1 && spec.role !== 'kernel' ? { group: 1, filledGroup: 1 } : fillOf(spec);
    const rows = (rowCount / group) * filledGroup;
    const vectors = vectorsOf(columnCount);
    places.push({ spec, offset, rowCount, rows, columnCount, vectors, group, filledGroup });
    offset += Math.ceil((rows * vectors) / parameterAlignment) * parameterAlignment;
  }
  return { places, length: offset };
}

/** Index of a row with filling. */
function filledRow({ group, filledGroup }: ParameterPlace, row: number): number {
  return Math.floor(row / group) * filledGroup + (row % group);
}

/** WGSL of the same. */
export function filledRowText({ group, filledGroup }: ParameterPlace, row: string): string {
  if (group === filledGroup) return row;
  return `((${row}) / ${String(group)}u * ${String(filledGroup)}u + (${row}) % ${String(group)}u)`;
}

/** Writes a parameter's values, in the shape of its spec, to its place in the arena. */
export function packParameter(place: ParameterPlace, values: ArrayLike<number>, arena: Float32Array): void {
  const { offset, rowCount, columnCount, vectors } = place;
  for (let row = 0; row < rowCount; row++) {
    const from = row * columnCount;
    const to = (offset + filledRow(place, row) * vectors) * 4;
    for (let column = 0; column < columnCount; column++) arena[to + column] = values[from + column]!;
  }
}

/** Reads a parameter's values, in the shape of its spec, from the arena. */
export function unpackParameter(place: ParameterPlace, arena: Float32Array): Float32Array {
  const { spec, offset, rowCount, columnCount, vectors } = place;
  const values = new Float32Array(spec.size);
  for (let row = 0; row < rowCount; row++) {
    const from = (offset + filledRow(place, row) * vectors) * 4;
    for (let column = 0; column < columnCount; column++) values[row * columnCount + column] = arena[from + column]!;
  }
  return values;
}
