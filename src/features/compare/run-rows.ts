import type { Run, RunLabel, RunStatus } from '../../runs/run.ts';
import { type RunMeasures, runMeasures } from '../../runs/run-measures.ts';
import { changeText, scheduleDifference } from '../../schedule/schedule-changes.ts';

/** How the schedule of a run differs from that of the baseline. */
export interface RowChanges {
  /** `none`: there is no baseline, or the texts cannot be read. */
  readonly kind: 'baseline' | 'same' | 'changes' | 'none';
  /** A sentence for each change. */
  readonly texts: readonly string[];
}

/** One row of the Runs table. Shares are fractions; null where nothing has been measured. */
export interface RunRow extends RunMeasures {
  readonly id: string;
  readonly number: number;
  /** What the reader calls it, else `ownName`. */
  readonly name: string;
  /** Its recipe, or its model and dataset. */
  readonly ownName: string;
  readonly label: RunLabel;
  /** Number of the run that taught it; null if none did. */
  readonly taughtBy: number | null;
  readonly status: RunStatus;
  /** "epoch 3 of 8" while it is under way. */
  readonly state: string;
  readonly changes: RowChanges;
}

export interface RowContext {
  /** The recipe that a text is, unchanged; null if it is none. */
  readonly nameOf: (text: string) => string | null;
  /** The run that the others are compared with. */
  readonly baseline: Run | null;
}

/** A row of the table for each run, the newest first. */
export function runRows(runs: readonly Run[], context: RowContext): readonly RunRow[] {
  return runs.toSorted((a, b) => b.number - a.number).map((run) => runRow(run, context));
}

function runRow(run: Run, { nameOf, baseline }: RowContext): RunRow {
  const ownName = nameOf(run.config.text) ?? (run.model === '' ? 'own schedule' : `${run.model} on ${run.dataset}`);
  return {
    ...runMeasures(run),
    id: run.id,
    number: run.number,
    name: run.label.name === '' ? ownName : run.label.name,
    ownName,
    label: run.label,
    taughtBy: run.taughtBy?.number ?? null,
    status: run.status,
    state: stateText(run),
    changes: changesOf(run, baseline),
  };
}

function changesOf(run: Run, baseline: Run | null): RowChanges {
  if (baseline === null) return { kind: 'none', texts: [] };
  if (run.id === baseline.id) return { kind: 'baseline', texts: [] };
  return rememberedChanges(baseline.config.text, run.config.text);
}

/** Texts are compared once, not whenever a run that is under way has grown. */
let comparedWith = '';
const remembered = new Map<string, RowChanges>();

function rememberedChanges(before: string, after: string): RowChanges {
  if (before !== comparedWith) {
    remembered.clear();
    comparedWith = before;
  }
  const changes = remembered.get(after) ?? readChanges(before, after);
  remembered.set(after, changes);
  return changes;
}

function readChanges(before: string, after: string): RowChanges {
  const difference = scheduleDifference(before, after);
  switch (difference.kind) {
    case 'same':
      return { kind: 'same', texts: ['same schedule'] };
    case 'layout':
      return { kind: 'same', texts: ['same schedule, written differently'] };
    case 'unreadable':
      return { kind: 'none', texts: [] };
    case 'changes':
      return { kind: 'changes', texts: difference.changes.map(changeText) };
    default:
      return difference satisfies never;
  }
}

function stateText({ status, position, epochCount }: Run): string {
  const epoch = Math.min(position.epoch + 1, epochCount);
  return status === 'training' ? `epoch ${epoch} of ${epochCount}` : status;
}

/** "48 s", or minutes and seconds: "2:07". */
export function secondsText(durationMs: number): string {
  const seconds = Math.round(durationMs / 1000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
