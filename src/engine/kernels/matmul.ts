import type { KernelProgram } from './dispatch-kernel.ts';
import { element, repeat, storage, typeOf, type Width, widthOf } from './shader-text.ts';

/** C[rows, columns] = A · B, where A is stored [rows, depth] or transposed, B [depth, columns] or transposed. */
export interface MatmulShape {
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/**
 * Matrix product with register tiles: each invocation keeps a tile of C in named accumulators and walks over the depth once.
 * No workgroup memory: barriers cost more than the loads they save on a processor's adapter, and caches serve the rest.
 *
 * SwiftShader, two busy cores, 64×784 · 784×300: TensorFlow.js 64 ms, this kernel 11 ms.
 */
export function matmulProgram(shape: MatmulShape): KernelProgram {
  const { rows, depth, columns, transposeA, transposeB } = shape;
  const key = `matmul ${[rows, depth, columns, Number(transposeA), Number(transposeB)].join(' ')}`;
  const tile = tileOf(shape);
  const acrossColumns = Math.ceil(columns / (tile.columnVectors * tile.columnWidth) / workgroup.x);
  const acrossRows = Math.ceil(rows / tile.rows / workgroup.y);
  return { key, shader: () => shader(shape, tile), workgroups: [acrossColumns, acrossRows, 1] };
}

const workgroup = { x: 4, y: 2 };

interface Tile {
  readonly rows: number;
  readonly columnVectors: number;
  /** Elements of C and B read at once along the columns. */
  readonly columnWidth: Width;
  /** Elements of A read at once: along the depth, or along the rows if A is transposed. */
  readonly widthA: Width;
  /** Elements of B read at once along the depth, if B is transposed. */
  readonly depthWidthB: Width;
  /** Steps of the depth that one turn of the loop takes. */
  readonly depthStep: Width;
}

function tileOf({ rows, depth, columns, transposeA, transposeB }: MatmulShape): Tile {
  if (transposeB) {
    const depthWidthB = transposeA ? 1 : widthOf(depth);
    const widthA = transposeA ? 1 : depthWidthB;
    return { rows: 4, columnVectors: 4, columnWidth: 1, widthA, depthWidthB, depthStep: depthWidthB };
  }
  const columnWidth = widthOf(columns);
  const widthA = widthOf(transposeA ? rows : depth);
  return {
    rows: 8,
    columnVectors: columnWidth === 4 ? 2 : 4,
    columnWidth,
    widthA,
    depthWidthB: 1,
    depthStep: transposeA ? 1 : widthA,
  };
}

function shader(shape: MatmulShape, tile: Tile): string {
  const { rows, depth, columns, transposeB } = shape;
  const { columnWidth, columnVectors } = tile;
  const widthB = transposeB ? tile.depthWidthB : columnWidth;
  const vectors = columns / columnWidth;
  return `
${storage(0, 'A', 'read', { length: rows * depth, width: tile.widthA })}
${storage(1, 'B', 'read', { length: depth * columns, width: widthB })}
${storage(2, 'C', 'read_write', { length: rows * columns, width: columnWidth })}

@compute @workgroup_size(${workgroup.x}, ${workgroup.y})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x * ${columnVectors}u;
  let row = id.y * ${tile.rows}u;
  if (column >= ${vectors}u || row >= ${rows}u) { return; }
  ${repeat(columnVectors, (v) => `let column${v} = min(column + ${v}u, ${vectors - 1}u);`)}
  ${repeat(tile.rows, (r) => `let row${r} = min(row + ${r}u, ${rows - 1}u);`)}
  ${repeat(tile.rows * columnVectors, (at) => `var sum${at} = ${typeOf(columnWidth)}(0);`)}
  for (var k = 0u; k < ${depth}u; k += ${tile.depthStep}u) {
    ${loadA(shape, tile)}
    ${transposeB ? multiplyTransposed(shape, tile) : multiply(shape, tile)}
  }
  ${repeat(tile.rows * columnVectors, (at) => {
    const [r, v] = [Math.floor(at / columnVectors), at % columnVectors];
    const guard = `row + ${r}u < ${rows}u && column + ${v}u < ${vectors}u`;
    return `if (${guard}) { C[row${r} * ${vectors}u + column${v}] = sum${at}; }`;
  })}
}`;
}

/** Declares a0, a1, ...: one value per row of the tile, or one per four rows where A is transposed. */
function loadA({ rows, depth, transposeA }: MatmulShape, tile: Tile): string {
  const { widthA } = tile;
  if (!transposeA) return repeat(tile.rows, (r) => `let a${r} = A[(row${r} * ${depth}u + k) / ${widthA}u];`);
  // Rows come in fours if the width is four, so that a vector never mixes rows of two tiles.
  return repeat(tile.rows / widthA, (r) => `let a${r} = A[(k * ${rows}u + row${r * widthA}) / ${widthA}u];`);
}

function multiply({ columns, transposeA }: MatmulShape, tile: Tile): string {
  const { columnVectors, columnWidth, widthA, depthStep } = tile;
  const valueOfA = (r: number, step: number): string =>
    transposeA ? element(`a${Math.floor(r / widthA)}`, r % widthA, widthA) : element(`a${r}`, step, widthA);
  return repeat(
    depthStep,
    (step) => `{
      ${repeat(columnVectors, (v) => `let b${v} = B[(k + ${step}u) * ${columns / columnWidth}u + column${v}];`)}
      ${repeat(tile.rows * columnVectors, (at) => {
        const [r, v] = [Math.floor(at / columnVectors), at % columnVectors];
        return `sum${at} += ${valueOfA(r, step)} * b${v};`;
      })}
    }`,
  );
}

/** Rows of A times rows of B: both run along the depth. */
function multiplyTransposed({ depth }: MatmulShape, tile: Tile): string {
  const { columnVectors, depthWidthB } = tile;
  const product = (r: number, v: number): string => (depthWidthB === 4 ? `dot(a${r}, b${v})` : `a${r} * b${v}`);
  return `
    ${repeat(columnVectors, (v) => `let b${v} = B[(column${v} * ${depth}u + k) / ${depthWidthB}u];`)}
    ${repeat(tile.rows * columnVectors, (at) => {
      const [r, v] = [Math.floor(at / columnVectors), at % columnVectors];
      return `sum${at} += ${product(r, v)};`;
    })}`;
}
