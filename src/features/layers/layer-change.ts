import { weightPicture } from '../../core/weight-picture.ts';
import type { EpochMetrics, LayerSnapshot } from '../../protocol/training-event.ts';
import type { EpochMemory } from '../../runs/epoch-memory.ts';
import { keptValues, snapshotAt, valuesChange } from '../../runs/kept-values.ts';
import type { Run } from '../../runs/run.ts';

/** How a kernel has moved since an epoch. */
export interface LayerChange {
  /** Tick of the epoch ruler. */
  readonly since: number;
  /** Non-zero weights more, or less, than then; null if one was not measured. */
  readonly nonZero: number | null;
  /** What was added to each weight; null where an epoch is not kept, or the shape is another one. */
  readonly picture: LayerSnapshot['picture'] | null;
}

interface ComparedEpochs {
  readonly run: Run | null;
  readonly memory: EpochMemory | null;
  /** Of the epoch that is shown. */
  readonly metrics: EpochMetrics | undefined;
  /** Of the epoch that it is compared with; null: with none. */
  readonly comparedTick: number | null;
}

/** Null while nothing is compared. */
export function layerChange(
  { run, memory, metrics, comparedTick }: ComparedEpochs,
  parameter: string,
): LayerChange | null {
  if (run === null || metrics === undefined || comparedTick === null) return null;
  const epoch = comparedTick - 1;
  const kept = keptValues(snapshotAt(memory, metrics.epoch), parameter);
  const added = valuesChange(keptValues(snapshotAt(memory, epoch), parameter), kept);
  return {
    since: comparedTick,
    nonZero: nonZeroChange(run.epochs.find((one) => one.epoch === epoch)?.parameters[parameter], metrics, parameter),
    picture: kept && added && weightPicture(kept.shape, added, kept.mask),
  };
}

function nonZeroChange(
  then: EpochMetrics['parameters'][string] | undefined,
  { parameters }: EpochMetrics,
  parameter: string,
): number | null {
  const now = parameters[parameter];
  return now && then ? now.nonZero - then.nonZero : null;
}
