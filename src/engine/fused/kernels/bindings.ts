import { type Bound, type Kernel, loadText, storeText } from '../shader.ts';

interface Entry {
  readonly name: string;
  readonly bound: Bound;
  isWritten: boolean;
}

/**
 * The buffers of a kernel that is put together from parts: each is bound once, whoever uses it.
 *
 * Texts speak of vectors of four channels. Where each invocation has a single channel, the one of the vector that `quad`
 * says, they are the same: a vector is then four times the value of that channel.
 */
export class Bindings {
  /** Whether the texts to come are for invocations that have one channel each. */
  isSingle = false;
  private readonly entries = new Map<GPUBuffer, Entry>();

  /** @param fixed Buffers whose names the text takes for granted. */
  constructor(fixed: Pick<Kernel, 'reads' | 'writes'> = {}) {
    for (const [name, bound] of Object.entries(fixed.reads ?? {})) this.add(name, bound, false);
    for (const [name, bound] of Object.entries(fixed.writes ?? {})) this.add(name, bound, true);
  }

  /** The name of a buffer that is read. */
  read(bound: Bound): string {
    return this.add(`b${String(this.entries.size)}`, bound, false).name;
  }

  /** The name of a buffer that is written, and maybe read. */
  write(bound: Bound): string {
    return this.add(`b${String(this.entries.size)}`, bound, true).name;
  }

  /** vec4f at the index of a vector. */
  load(bound: Bound, index: string): string {
    const { name, bound: own } = this.add(`b${String(this.entries.size)}`, bound, false);
    const value = (place: string): string => loadText(componentOf(own), place);
    if (isVector(own))
      return this.isSingle ? `vec4f(${value(`${name}[${index}][quad]`)})` : loadText(own, `${name}[${index}]`);
    if (this.isSingle) return `vec4f(${value(`${name}[(${index}) * 4u + quad]`)})`;
    return `vec4f(${[0, 1, 2, 3].map((lane) => value(`${name}[(${index}) * 4u + ${String(lane)}u]`)).join(', ')})`;
  }

  /** vec4u of four numbers in a buffer of u32. */
  loadNumbers(bound: Bound, index: string): string {
    const { name } = this.add(`b${String(this.entries.size)}`, bound, false);
    if (this.isSingle) return `vec4u(${name}[(${index}) * 4u + quad])`;
    return `vec4u(${[0, 1, 2, 3].map((lane) => `${name}[(${index}) * 4u + ${String(lane)}u]`).join(', ')})`;
  }

  /** Statement that writes a vec4f, or adds it to what is there. */
  store(bound: Bound, index: string, value: string, isAdded = false): string {
    const { name, bound: own } = this.add(`b${String(this.entries.size)}`, bound, true);
    const put = (place: string, written: string): string => storeText(componentOf(own), place, written, isAdded);
    if (isVector(own)) {
      if (this.isSingle) return put(`${name}[${index}][quad]`, `(${value}).x`);
      return storeText(own, `${name}[${index}]`, value, isAdded);
    }
    if (this.isSingle) return put(`${name}[(${index}) * 4u + quad]`, `(${value}).x`);
    const lanes = [0, 1, 2, 3].map((lane) => put(`${name}[stored + ${String(lane)}u]`, `written[${String(lane)}]`));
    return `{ let stored = (${index}) * 4u; let written = ${value}; ${lanes.join(' ')} }`;
  }

  get kernel(): Required<Pick<Kernel, 'reads' | 'writes'>> {
    const pick = (isWritten: boolean): Record<string, Bound> =>
      Object.fromEntries(
        [...this.entries.values()]
          .filter((entry) => entry.isWritten === isWritten)
          .map(({ name, bound }) => [name, bound]),
      );
    return { reads: pick(false), writes: pick(true) };
  }

  private add(name: string, bound: Bound, isWritten: boolean): Entry {
    const known = this.entries.get(bound.buffer);
    if (known !== undefined) {
      known.isWritten ||= isWritten;
      return known;
    }
    const entry = { name, bound, isWritten };
    this.entries.set(bound.buffer, entry);
    return entry;
  }
}

const isVector = ({ type }: Bound): boolean => type === 'vec4f' || type === 'vec4h';

/** What a component of an element is kept as. */
function componentOf({ type }: Bound): { readonly type: 'f32' | 'f16' } {
  return { type: type === 'vec4h' || type === 'f16' ? 'f16' : 'f32' };
}

/** The same buffer, value by value. */
export function valuesOf(bound: Bound): Bound {
  return isVector(bound) ? { ...bound, ...componentOf(bound), length: bound.length * 4 } : bound;
}

/** WGSL of the number at a place in such a buffer. */
export function valueAt(bound: Bound, place: string): string {
  return loadText(componentOf(bound), place);
}

/** Statement that writes one there. */
export function storeValue(bound: Bound, place: string, value: string): string {
  return storeText(componentOf(bound), place, value);
}
