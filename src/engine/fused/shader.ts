/** Text for each number from 0 to count - 1, one line each. */
export function each(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join('\n');
}

export const lanes = ['x', 'y', 'z', 'w'] as const;

/** `vec4h` and `f16` keep values in half precision; kernels compute with all of them in f32, see `loadText`. */
type ElementType = 'vec4f' | 'f32' | 'vec4h' | 'f16' | 'u32' | 'vec4u' | 'atomic<u32>';

/** A buffer as a kernel sees it. */
export interface Bound {
  readonly buffer: GPUBuffer;
  readonly type: ElementType;
  /** Number of elements; it is part of the type, since drivers then leave out most tests of bounds. */
  readonly length: number;
}

type Element = Pick<Bound, 'type'>;

/** Bytes of an element of a buffer. */
export function elementBytes({ type }: Element): number {
  if (type.startsWith('vec4')) return type === 'vec4h' ? 8 : 16;
  return type === 'f16' ? 2 : 4;
}

/** WGSL of an element, or of a component of one, as kernels compute with it: vec4f or f32, however it is kept. */
export function loadText({ type }: Element, place: string): string {
  if (type === 'vec4h') return `vec4f(${place})`;
  return type === 'f16' ? `f32(${place})` : place;
}

/** Statement that writes an element, or adds to what is there. */
export function storeText({ type }: Element, place: string, value: string, isAdded = false): string {
  if (type !== 'vec4h' && type !== 'f16') return `${place} ${isAdded ? '+=' : '='} ${value};`;
  const all = isAdded ? `${loadText({ type }, place)} + ${value}` : value;
  return `${place} = ${type}(${all});`;
}

/** A compute kernel with everything that one dispatch needs. */
export interface Kernel {
  /** For people, in measurements and messages of the driver. */
  readonly label: string;
  readonly reads?: Readonly<Record<string, Bound>>;
  readonly writes?: Readonly<Record<string, Bound>>;
  /** Whether it reads `step`, see `stepStruct`. */
  readonly usesStep?: boolean;
  readonly workgroupSize: number;
  readonly workgroups: number;
  /** Functions and variables outside of `main`. */
  readonly declarations?: string;
  /** Body of `main`, which knows `group` (u32, number of the workgroup), `lane` (u32) and `index` (u32, of the invocation). */
  readonly body: string;
}

/** What changes from step to step. 16 values, see `writeStep`. */
export const stepStruct = `struct Step {
  first: u32, count: u32, slot: u32, share: f32,
  rates: vec4f,
  momentum: f32, correction: f32, unused0: f32, unused1: f32,
  unused2: vec4f,
}`;

/** Workgroups along x and y for so many in all, since one axis holds no more than 65 535. */
export function spread(count: number): readonly [number, number] {
  const most = 65_535;
  if (count <= most) return [count, 1];
  const rows = Math.ceil(count / most);
  return [Math.ceil(count / rows), rows];
}

/**
 * WGSL of a number by which dispatches differ that are otherwise alike, such as where the part of a buffer begins that is a
 * layer's own: it is read from a small buffer, so that they share a pipeline. For texts of `main` only.
 *
 * @param group Numbers of different groups are kept apart even where they happen to be equal; within one, equal numbers mean
 * the same.
 */
export function hoisted(group: string, value: number): string {
  return `<${group} ${String(value)}>`;
}

const hoistedNumber = /<([a-z]+) (\d+)>/g;

export interface ShaderText {
  readonly code: string;
  /** What `hoisted` numbers are in this dispatch, u32; empty if there are none. */
  readonly numbers: readonly number[];
}

/** The whole text of a kernel. Bindings are numbered as `bindingsOf` lists them; then come the hoisted numbers, then the step. */
export function shaderText(kernel: Kernel): ShaderText {
  const { usesStep = false, workgroupSize, declarations = '' } = kernel;
  const places = new Map<string, number>();
  const numbers: number[] = [];
  const body = kernel.body.replace(hoistedNumber, (mark: string, _group: string, value: string) => {
    const place = places.get(mark) ?? numbers.push(Number(value)) - 1;
    places.set(mark, place);
    return `number${String(place)}`;
  });
  const lines = bindingsOf(kernel).map(({ name, bound: { type, length }, access }, binding) => {
    const mode = type === 'atomic<u32>' ? 'read_write' : access;
    return `@group(0) @binding(${String(binding)}) var<storage, ${mode}> ${name}: array<${type}, ${String(length)}>;`;
  });
  const vectors = Math.ceil(numbers.length / 4);
  if (vectors > 0) {
    lines.push(`@group(0) @binding(${String(lines.length)}) var<uniform> numbers: array<vec4u, ${String(vectors)}>;`);
  }
  if (usesStep) lines.push(`${stepStruct}\n@group(0) @binding(${String(lines.length)}) var<uniform> step: Step;`);
  const code = `${usesHalves(kernel) ? 'enable f16;\n' : ''}${lines.join('\n')}
${declarations}
@compute @workgroup_size(${String(workgroupSize)})
fn main(@builtin(workgroup_id) place: vec3u, @builtin(num_workgroups) counts: vec3u, @builtin(local_invocation_index) lane: u32) {
  let group = place.y * counts.x + place.x;
  let index = group * ${String(workgroupSize)}u + lane;
  ${each(numbers.length, (at) => `let number${String(at)} = numbers[${String(at >> 2)}].${lanes[at & 3]!};`)}
  ${body}
}`;
  return { code, numbers };
}

function usesHalves(kernel: Kernel): boolean {
  return bindingsOf(kernel).some(({ bound: { type } }) => type === 'vec4h' || type === 'f16');
}

export interface NamedBinding {
  readonly name: string;
  readonly bound: Bound;
  readonly access: 'read' | 'read_write';
}

export function bindingsOf({ reads = {}, writes = {} }: Kernel): readonly NamedBinding[] {
  return [
    ...Object.entries(reads).map(([name, bound]) => ({ name, bound, access: 'read' as const })),
    ...Object.entries(writes).map(([name, bound]) => ({ name, bound, access: 'read_write' as const })),
  ];
}

/**
 * Parts of a length that are equally long, at most so long, and overlap at the end where they do not fit: what two of them
 * have is computed twice, alike.
 */
export function coverBy(length: number, most: number): { readonly size: number; readonly count: number } {
  const exact = divisorUpTo(length, most);
  const size = Math.min(length, Math.floor(most));
  // Few parts that are long beat many short ones, even if some work is done twice.
  return exact * 2 > size ? { size: exact, count: length / exact } : { size, count: Math.ceil(length / size) };
}

/** WGSL of where a part begins. */
export function coverStart(
  part: string,
  length: number,
  { size, count }: { readonly size: number; readonly count: number },
): string {
  const start = `(${part}) * ${String(size)}u`;
  return size * count === length ? start : `min(${start}, ${String(length - size)}u)`;
}

/** The largest divisor of a length that is at most so large; 1 if the limit is smaller. */
export function divisorUpTo(length: number, most: number): number {
  for (let candidate = Math.min(length, Math.floor(most)); candidate > 1; candidate--) {
    if (length % candidate === 0) return candidate;
  }
  return 1;
}

const isPowerOfTwo = (value: number): boolean => Number.isInteger(Math.log2(value));

/** WGSL of a u32 divided by a number that is known. Where a processor plays the card, divisions are dear. */
export function quotient(text: string, divisor: number): string {
  return isPowerOfTwo(divisor) ? `((${text}) >> ${String(Math.log2(divisor))}u)` : `((${text}) / ${String(divisor)}u)`;
}

/** WGSL of what remains of it. */
export function remainder(text: string, divisor: number): string {
  return isPowerOfTwo(divisor) ? `((${text}) & ${String(divisor - 1)}u)` : `((${text}) % ${String(divisor)}u)`;
}

/**
 * WGSL of the larger of two values, each a name or a literal; the second one if either is NaN. `max` would look for NaN first,
 * which is dear where a processor plays the card.
 */
export function larger(a: string, b: string): string {
  return `select(${b}, ${a}, ${a} > ${b})`;
}

/** The same of the smaller one. */
export function smaller(a: string, b: string): string {
  return `select(${b}, ${a}, ${a} < ${b})`;
}

/** WGSL of the largest or smallest of the four lanes of a vector, which is a name. */
export function extremeLane(kind: 'min' | 'max', vector: string): string {
  const folded = kind === 'max' ? larger : smaller;
  const pair = `${vector}Pair`;
  return `let ${pair} = ${folded(`${vector}.xy`, `${vector}.zw`)}; let ${vector}Lane = ${folded(`${pair}.x`, `${pair}.y`)};`;
}

/** WGSL of a vector whose lanes beyond the last channel repeat its first, if it is the last vector. */
export function filledText(channels: number, value: string, isLast: string): string {
  const used = channels % 4;
  if (used === 0) return value;
  const lanesOf = [0, 1, 2, 3].map((lane) => lanes[lane < used ? lane : 0]!).join('');
  return `select(${value}, ${value}.${lanesOf}, ${isLast})`;
}

/** WGSL of a number. */
export function float(value: number): string {
  const text = String(Math.fround(value));
  return /[.e]/.test(text) ? `${text}f` : `${text}.0f`;
}

/**
 * One kernel that does the work of several, which know nothing of each other: a range of workgroups each. Kernels with barriers
 * come first. Buffers of one name are one buffer.
 */
export function mergeKernels(kernels: readonly Kernel[]): Kernel {
  const [first] = kernels;
  if (first === undefined) throw new RangeError('There is nothing to merge');
  let before = 0;
  const parts = kernels.map(({ body, workgroups, workgroupSize }) => {
    if (workgroupSize !== first.workgroupSize) throw new RangeError('Merged kernels have workgroups of one size');
    const start = before;
    before += workgroups;
    // A loop without a turn is skipped also by devices that run through all branches.
    return `for (var turn = select(0u, 1u, place_group >= ${String(start)}u && place_group < ${String(before)}u); turn > 0u; turn--) {
  let group = place_group - ${String(start)}u;
  let index = group * ${String(workgroupSize)}u + lane;
  ${body}
}`;
  });
  const merge = (key: 'reads' | 'writes'): Record<string, Bound> =>
    Object.assign({}, ...kernels.map((kernel) => kernel[key] ?? {})) as Record<string, Bound>;
  const writes = merge('writes');
  const reads = Object.fromEntries(Object.entries(merge('reads')).filter(([name]) => !(name in writes)));
  return {
    label: kernels.map(({ label }) => label).join(', '),
    reads,
    writes,
    usesStep: kernels.some(({ usesStep }) => usesStep === true),
    workgroupSize: first.workgroupSize,
    workgroups: before,
    declarations: joinDeclarations(kernels.map(({ declarations = '' }) => declarations)),
    body: `let place_group = group;\n${parts.join('\n')}`,
  };
}

/** Texts that are part of another one are there already. */
function joinDeclarations(texts: readonly string[]): string {
  const different = [...new Set(texts)];
  return different.filter((text) => !different.some((other) => other !== text && other.includes(text))).join('\n');
}
