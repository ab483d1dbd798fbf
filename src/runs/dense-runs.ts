import type { Checkpoint } from '../protocol/epoch-memory.ts';
import { compressionBegin } from '../schedule/dense-twin.ts';
import { parseSchedule } from '../schedule/parse-schedule.ts';
import type { Schedule } from '../schedule/schedule.ts';
import type { Zoo } from '../schedule/zoo-port.ts';
import type { EpochMemory } from './epoch-memory.ts';
import { isOver } from './reduce-run.ts';
import type { Run } from './run.ts';

/** What decides which runs are dense twins of another. */
export interface TwinSearch {
  readonly runs: readonly Run[];
  /** The run to compare with. */
  readonly run: Run;
  /** Whether the final weights of a run can still be had. */
  readonly hasWeights: (runId: string) => boolean;
  readonly zoo: Zoo;
}

/** Finished runs of the same model and dataset whose schedules compress nothing, the newest first. */
export function denseRuns({ runs, run, hasWeights, zoo }: TwinSearch): readonly Run[] {
  return runs
    .filter(
      (other) =>
        other.id !== run.id &&
        other.model === run.model &&
        other.dataset === run.dataset &&
        isOver(other) &&
        other.status !== 'failed' &&
        other.epochs.length > 0 &&
        hasWeights(other.id) &&
        !isCompressed(other, zoo),
    )
    .toSorted((a, b) => b.number - a.number);
}

/** The twin to begin with: the chosen one, else the baseline, else the newest. */
export function defaultTwin(twins: readonly Run[], ...preferred: readonly (string | null | undefined)[]): Run | null {
  for (const id of preferred) {
    const found = twins.find((twin) => twin.id === id);
    if (found !== undefined) return found;
  }
  return twins[0] ?? null;
}

/** The latest kept state of a run before anything was compressed; null if there is none. */
export function stateBeforeCompression(schedule: Schedule, memory: EpochMemory | null): Checkpoint | null {
  const begin = compressionBegin(schedule) ?? Number.POSITIVE_INFINITY;
  return memory?.checkpoints.findLast(({ epoch }) => epoch <= begin) ?? null;
}

/** The kept state after so many epochs, else the nearest one before, else the first; null if nothing is kept. */
export function stateAt(memory: EpochMemory | null, tick: number): Checkpoint | null {
  const checkpoints = memory?.checkpoints ?? [];
  return checkpoints.findLast(({ epoch }) => epoch <= tick) ?? checkpoints[0] ?? null;
}

/** By text: a schedule takes milliseconds to read, and the same runs are looked at again and again. */
const known = new Map<string, boolean>();

function isCompressed({ config: { text } }: Run, zoo: Zoo): boolean {
  const found = known.get(text);
  if (found !== undefined) return found;
  const parsed = parseSchedule(text, zoo);
  const answer = !parsed.ok || compressionBegin(parsed.value) !== null;
  known.set(text, answer);
  return answer;
}
