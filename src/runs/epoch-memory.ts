import type { Checkpoint, EpochSnapshot, KeptTensor } from '../protocol/epoch-memory.ts';

/** What is kept of the epochs of a run, the earliest first. */
export interface EpochMemory {
  readonly snapshots: readonly EpochSnapshot[];
  readonly checkpoints: readonly Checkpoint[];
}

/** How much is kept of one run. */
export interface MemoryBudget {
  readonly snapshotBytes: number;
  readonly checkpointBytes: number;
}

export const memoryBudget: MemoryBudget = { snapshotBytes: 32_000_000, checkpointBytes: 64_000_000 };

export const emptyMemory: EpochMemory = { snapshots: [], checkpoints: [] };

/** Adds an epoch. Over the budget, the first and the latest stay, and of those between every second, fourth, … */
export function rememberEpoch(
  memory: EpochMemory,
  added: { readonly snapshot: EpochSnapshot; readonly checkpoint: Checkpoint },
  budget = memoryBudget,
): EpochMemory {
  return {
    snapshots: thinned([...memory.snapshots, added.snapshot], snapshotBytes, budget.snapshotBytes),
    checkpoints: thinned([...memory.checkpoints, added.checkpoint], checkpointBytes, budget.checkpointBytes),
  };
}

/** What a run that goes on after so many epochs has in common with the one before. */
export function memoryBefore({ snapshots, checkpoints }: EpochMemory, epoch: number): EpochMemory {
  return {
    snapshots: snapshots.filter((snapshot) => snapshot.epoch < epoch),
    checkpoints: checkpoints.filter((checkpoint) => checkpoint.epoch <= epoch),
  };
}

export function memoryBytes({ snapshots, checkpoints }: EpochMemory): number {
  const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);
  return sum(snapshots.map(snapshotBytes)) + sum(checkpoints.map(checkpointBytes));
}

export function snapshotBytes({ tensors, answers }: EpochSnapshot): number {
  const answered = answers === null ? 0 : 3 * answers.labels.length;
  return tensors.reduce((sum, tensor) => sum + tensorBytes(tensor), answered);
}

function tensorBytes({ halves, mask, quantized }: KeptTensor): number {
  const levels = quantized === undefined ? 0 : quantized.levels.byteLength + quantized.codes.byteLength;
  return halves.byteLength + (mask?.byteLength ?? 0) + levels;
}

export function checkpointBytes({ values, masks, optimizer, evidence }: Checkpoint): number {
  const arrays = [
    ...[...values, ...masks, ...evidence.gradients].map((tensor) => tensor.values),
    ...optimizer.state.flatMap(({ slots }) => slots),
  ];
  return arrays.reduce((sum, array) => sum + array.byteLength, 0);
}

function thinned<T extends { readonly epoch: number }>(
  items: readonly T[],
  bytesOf: (item: T) => number,
  limit: number,
): readonly T[] {
  const bytes = (kept: readonly T[]): number => kept.reduce((sum, item) => sum + bytesOf(item), 0);
  let kept = items;
  for (let every = 2; bytes(kept) > limit && kept.length > 2; every *= 2) {
    kept = items.filter(({ epoch }, at) => at === 0 || at === items.length - 1 || epoch % every === 0);
  }
  return kept;
}
