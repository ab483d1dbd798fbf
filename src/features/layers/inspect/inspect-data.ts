import { groupNorms } from '../../../core/structure-norms.ts';
import { groupStructures, type Structure } from '../../../core/structures.ts';
import type { EpochSnapshot, SampleAnswers } from '../../../protocol/epoch-memory.ts';
import type { EpochMetrics } from '../../../protocol/training-event.ts';
import type { EpochMemory } from '../../../runs/epoch-memory.ts';
import { keptValues } from '../../../runs/kept-values.ts';

/** What lies between two numbers, epoch by epoch; a line where both are one. */
export interface EpochBand {
  readonly label: string;
  readonly points: readonly EpochRange[];
}

interface EpochRange {
  /** Tick of the epoch ruler: the state after so many epochs. */
  readonly tick: number;
  readonly low: number;
  readonly high: number;
}

/** Of the weights of a parameter in the epochs that are kept. */
export function weightRange(memory: EpochMemory | null, parameter: string): EpochBand {
  const points = (memory?.snapshots ?? []).flatMap((snapshot): EpochRange[] => {
    const kept = keptValues(snapshot, parameter);
    if (kept === null || kept.values.length === 0) return [];
    const low = kept.values.reduce((least, value) => Math.min(least, value), Infinity);
    const high = kept.values.reduce((most, value) => Math.max(most, value), -Infinity);
    return [{ tick: snapshot.epoch + 1, low, high }];
  });
  return { label: parameter, points };
}

/** Tracked ranges and learned clips of quantized activations. */
export function activationRanges(epochs: readonly EpochMetrics[]): readonly EpochBand[] {
  const names = new Set(epochs.flatMap(({ activations }) => Object.keys(activations)));
  return [...names].flatMap((label): EpochBand[] => {
    const points = epochs.flatMap(({ epoch, activations }): EpochRange[] => {
      const { tracked_min, tracked_max, clip_val } = activations[label]?.scalars ?? {};
      if (clip_val !== undefined) return [{ tick: epoch + 1, low: clip_val, high: clip_val }];
      if (tracked_min === undefined || tracked_max === undefined) return [];
      return [{ tick: epoch + 1, low: tracked_min, high: tracked_max }];
    });
    return points.length === 0 ? [] : [{ label, points }];
  });
}

/** Shares of zeros: in the outputs of each ReLU, and in the gradient of a parameter where it was looked at. */
export function zeroShares(memory: EpochMemory | null, parameter: string): readonly EpochBand[] {
  const snapshots = memory?.snapshots ?? [];
  const band = (label: string, shareIn: (snapshot: EpochSnapshot) => number | undefined): EpochBand => ({
    label,
    points: snapshots.flatMap((snapshot): EpochRange[] => {
      const share = shareIn(snapshot);
      return share === undefined ? [] : [{ tick: snapshot.epoch + 1, low: share, high: share }];
    }),
  });
  const layers = new Set(snapshots.flatMap(({ activationSparsity }) => Object.keys(activationSparsity)));
  const bands = [
    ...[...layers].map((layer) => band(layer, ({ activationSparsity }) => activationSparsity[layer])),
    band(`gradient of ${parameter}`, ({ gradientSparsity }) => gradientSparsity[parameter]),
  ];
  return bands.filter(({ points }) => points.length > 0);
}

export interface MaskChurn {
  readonly tick: number;
  /** Weights that the mask took, and gave back. */
  readonly went: number;
  readonly came: number;
}

/** Epoch by epoch, where the parameter has a mask. */
export function maskChurn(epochs: readonly EpochMetrics[], parameter: string): readonly MaskChurn[] {
  return epochs.flatMap(({ epoch, parameters }) => {
    const change = parameters[parameter]?.maskChange;
    return change === undefined ? [] : [{ tick: epoch + 1, ...change }];
  });
}

export interface StructureNorm {
  readonly index: number;
  /** Σ|w| */
  readonly norm: number;
  readonly isPruned: boolean;
  /** Tick of the earlier epoch that the norm is of, as the structure is entirely zero now; null: of this one. */
  readonly asOf: number | null;
}

/** The structures of a kernel, the largest first; pruned ones last, with the norm that they had when they were last seen. */
export function structureNorms(
  memory: EpochMemory | null,
  epoch: number | undefined,
  parameter: string,
  structure: Extract<Structure, 'filter' | 'channel'>,
): readonly StructureNorm[] {
  const earlier = (memory?.snapshots ?? []).filter((snapshot) => epoch !== undefined && snapshot.epoch <= epoch);
  const past = earlier
    .toReversed()
    .map((snapshot) => ({ tick: snapshot.epoch + 1, norms: normsIn(snapshot, parameter, structure) }));
  const now = past[0];
  if (now === undefined || past.length === 0 || earlier.at(-1)?.epoch !== epoch) return [];
  const norms = Array.from(now.norms, (norm, index): StructureNorm => {
    if (norm > 0) return { index, norm, isPruned: false, asOf: null };
    const seen = past.find((one) => one.norms.length === now.norms.length && (one.norms[index] ?? 0) > 0);
    return { index, norm: seen?.norms[index] ?? 0, isPruned: true, asOf: seen?.tick ?? null };
  });
  return norms.toSorted((a, b) => Number(a.isPruned) - Number(b.isPruned) || b.norm - a.norm);
}

/** Of the values as their mask leaves them. */
function normsIn(snapshot: EpochSnapshot, parameter: string, structure: 'filter' | 'channel'): Float32Array {
  const kept = keptValues(snapshot, parameter);
  if (kept === null || ![2, 4].includes(kept.shape.length)) return new Float32Array();
  const masked = kept.mask === null ? kept.values : kept.values.map((value, at) => value * (kept.mask?.[at] ?? 1));
  return groupNorms(masked, groupStructures(kept.shape, structure), 'L1');
}

/** Samples by true class (rows) and answer (columns). */
export function confusionMatrix({ classCount, labels, answers }: SampleAnswers): readonly (readonly number[])[] {
  const counts = Array.from({ length: classCount }, () => new Array<number>(classCount).fill(0));
  labels.forEach((label, at) => {
    const row = counts[label];
    const answer = answers[at] ?? 0;
    if (row) row[answer] = (row[answer] ?? 0) + 1;
  });
  return counts;
}

export interface Mistake {
  readonly sample: number;
  readonly label: number;
  readonly answer: number;
  readonly confidence: number;
}

/** Wrong answers, the most confident first. */
export function mistakes({ labels, answers, confidences }: SampleAnswers): readonly Mistake[] {
  return Array.from(labels, (label, sample): Mistake => {
    return { sample, label, answer: answers[sample] ?? 0, confidence: (confidences[sample] ?? 0) / 255 };
  })
    .filter(({ label, answer }) => label !== answer)
    .toSorted((a, b) => b.confidence - a.confidence);
}

export interface LevelUse {
  readonly value: number;
  readonly count: number;
}

/** Which values quantized weights take, and how often, rising. Pruned weights are left out. */
export function levelUse(quantized: Float32Array, mask: Float32Array | null): readonly LevelUse[] {
  const counts = new Map<number, number>();
  quantized.forEach((value, at) => {
    if (mask?.[at] !== 0) counts.set(value, (counts.get(value) ?? 0) + 1);
  });
  return [...counts].map(([value, count]) => ({ value, count })).toSorted((a, b) => a.value - b.value);
}
