/** Text for each number from 0 to count - 1, one line each. */
export function repeat(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join('\n');
}

/** Components of a vector by index. */
export const component = ['x', 'y', 'z', 'w'] as const;

/** How many elements are read and written at once along an axis of that length. */
export type Width = 1 | 4;

export function widthOf(length: number): Width {
  return length % 4 === 0 ? 4 : 1;
}

export function typeOf(width: Width): 'vec4f' | 'f32' {
  return width === 4 ? 'vec4f' : 'f32';
}

/** Element `index` of a value of that width. */
export function element(value: string, index: number, width: Width): string {
  return width === 1 ? value : `${value}.${component[index]!}`;
}

/**
 * Declares a storage buffer. The number of elements is part of the type: with it known, drivers leave out most bounds checks.
 *
 * @param length Number of floats.
 */
export function storage(
  binding: number,
  name: string,
  access: 'read' | 'read_write',
  { length, width }: { readonly length: number; readonly width: Width },
): string {
  const count = String(length / width);
  return `@group(0) @binding(${String(binding)}) var<storage, ${access}> ${name}: array<${typeOf(width)}, ${count}>;`;
}

/** Workgroups along x and y for so many workgroups in all, since one axis holds no more than 65 535. */
export function spreadWorkgroups(count: number): readonly [number, number, number] {
  const most = 65_535;
  if (count <= most) return [count, 1, 1];
  const rows = Math.ceil(count / most);
  return [Math.ceil(count / rows), rows, 1];
}

/** `let <name>` = the flat number of this invocation among those that `spreadWorkgroups` started. */
export function flatInvocation(name: string, workgroupSize: number): string {
  return `let ${name} = (group.y * groups.x + group.x) * ${String(workgroupSize)}u + local;`;
}

/** Head of an entry point whose invocations are numbered by `flatInvocation`. */
export function flatEntry(workgroupSize: number): string {
  return `@compute @workgroup_size(${String(workgroupSize)})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32)`;
}
