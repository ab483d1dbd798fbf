import type { ForwardMemory } from './forward-memory.ts';
import type { Plan } from './plan.ts';
import type { Bound } from './shader.ts';

/** More than this is not kept: batches then go through the whole network. */
const mostBytes = 256 * 2 ** 20;

/**
 * What the blocks from `cut` on read of the blocks before, for some batches: where only later weights change, these maps stay
 * the same, and copying them is less than computing them.
 */
export class KeptMaps {
  readonly cut: number;
  readonly batches: number;
  private readonly kept: readonly { readonly source: GPUBuffer; readonly copy: GPUBuffer }[];

  /** Null if there is nothing to keep, or too much. */
  static create(
    device: GPUDevice,
    { plan, memory, cut, batches }: { plan: Plan; memory: ForwardMemory; cut: number; batches: number },
  ): KeptMaps | null {
    const sources = cut > 0 ? liveAt(plan, memory, cut) : null;
    if (sources === null) return null;
    const bytes = sources.reduce((sum, { buffer }) => sum + buffer.size * batches, 0);
    return bytes <= mostBytes ? new KeptMaps(device, { sources, cut, batches }) : null;
  }

  private constructor(
    device: GPUDevice,
    { sources, cut, batches }: { sources: readonly Bound[]; cut: number; batches: number },
  ) {
    this.cut = cut;
    this.batches = batches;
    const usage = GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    this.kept = sources.map(({ buffer }) => ({
      source: buffer,
      copy: device.createBuffer({ label: 'kept maps', size: buffer.size * batches, usage }),
    }));
  }

  save(encoder: GPUCommandEncoder, batch: number): void {
    for (const { source, copy } of this.kept) {
      encoder.copyBufferToBuffer(source, 0, copy, batch * source.size, source.size);
    }
  }

  restore(encoder: GPUCommandEncoder, batch: number): void {
    for (const { source, copy } of this.kept) {
      encoder.copyBufferToBuffer(copy, batch * source.size, source, 0, source.size);
    }
  }

  dispose(): void {
    for (const { copy } of this.kept) copy.destroy();
  }
}

/** What was made before a block and is read from there on, the labels too; null if some of it is made on the way. */
function liveAt({ blocks }: Plan, memory: ForwardMemory, cut: number): readonly Bound[] | null {
  const later = blocks.slice(cut);
  const live = blocks
    .slice(0, cut)
    .map(({ block: { output }, tail }, at) => ({ output, tail, bound: memory.blocks[at]!.output }))
    .filter(({ output }) => later.some(({ block: { input, added } }) => input === output || added === output));
  if (live.some(({ tail }) => tail === 'deferred')) return null;
  return [memory.labels, ...live.map(({ bound }) => bound)];
}

/** The first block that computes with one of some parameters; 0 if there are none. */
export function firstChanged({ blocks, layout }: Plan, parameters: Iterable<string>): number {
  const names = new Set(parameters);
  const layers = new Set(layout.places.flatMap(({ spec }) => (names.has(spec.name) ? [spec.layer] : [])));
  const isChanged = (name: string | undefined): boolean => name !== undefined && layers.has(name);
  return Math.max(
    0,
    blocks.findIndex(({ block }) => isChanged(block.affine?.name) || isChanged(block.batchNorm?.name)),
  );
}
