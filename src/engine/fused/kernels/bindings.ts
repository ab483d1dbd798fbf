import type { Bound, Kernel } from '../shader.ts';

/** The buffers of a kernel that is put together from parts: each is bound once, whoever uses it. */
export class Bindings {
  private readonly entries = new Map<GPUBuffer, { readonly name: string; readonly bound: Bound; isWritten: boolean }>();

  /** @param fixed Buffers whose names the text takes for granted. */
  constructor(fixed: Pick<Kernel, 'reads' | 'writes'> = {}) {
    for (const [name, bound] of Object.entries(fixed.reads ?? {})) this.add(name, bound, false);
    for (const [name, bound] of Object.entries(fixed.writes ?? {})) this.add(name, bound, true);
  }

  /** The name of a buffer that is read. */
  read(bound: Bound): string {
    return this.add(`b${String(this.entries.size)}`, bound, false);
  }

  /** The name of a buffer that is written, and maybe read. */
  write(bound: Bound): string {
    return this.add(`b${String(this.entries.size)}`, bound, true);
  }

  get count(): number {
    return this.entries.size;
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

  private add(name: string, bound: Bound, isWritten: boolean): string {
    const known = this.entries.get(bound.buffer);
    if (known === undefined) {
      this.entries.set(bound.buffer, { name, bound, isWritten });
      return name;
    }
    known.isWritten ||= isWritten;
    return known.name;
  }
}
