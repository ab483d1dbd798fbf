import type { KernelProgram } from './dispatch-kernel.ts';
import { flatEntry, flatInvocation, spreadWorkgroups, storage, typeOf, widthOf } from './shader-text.ts';

const workgroupSize = 32;

/** Slices that a matrix of so many rows is cut into, so that the first pass has work for many invocations. */
export function sliceCount(rows: number): number {
  return rows <= 512 ? 1 : Math.min(64, Math.ceil(rows / 64));
}

/**
 * Sums of the columns of [rows, columns], by slices of rows: [slices, columns]. Called again on its own output (with one
 * slice) where there is more than one. The order of additions is fixed.
 *
 * SwiftShader, two busy cores, 36 864×8: TensorFlow.js transposes first, 567 ms; this kernel 1 ms.
 */
export function columnSumProgram(rows: number, columns: number, slices: number): KernelProgram {
  const width = widthOf(columns);
  const vectors = columns / width;
  const perSlice = Math.ceil(rows / slices);
  return {
    key: `column-sum ${rows} ${columns} ${slices}`,
    workgroups: spreadWorkgroups(Math.ceil((vectors * slices) / workgroupSize)),
    shader: () => `
${storage(0, 'values', 'read', { length: rows * columns, width })}
${storage(1, 'sums', 'read_write', { length: slices * columns, width })}

${flatEntry(workgroupSize)} {
  ${flatInvocation('index', workgroupSize)}
  let column = index % ${vectors}u;
  let slice = index / ${vectors}u;
  if (slice >= ${slices}u) { return; }
  var sum = ${typeOf(width)}(0);
  let end = min((slice + 1u) * ${perSlice}u, ${rows}u);
  for (var row = slice * ${perSlice}u; row < end; row++) { sum += values[row * ${vectors}u + column]; }
  sums[index] = sum;
}`,
  };
}
