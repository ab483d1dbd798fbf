import { encodedSizeBytes } from '../../core/encoded-size.ts';
import type { Run, RunLabel, RunStatus } from '../../runs/run.ts';

/** One row of the Runs table. Shares are fractions; null where nothing has been measured. */
export interface RunRow {
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
  /** On the whole test set if the run is finished, else on the validation set after the latest epoch. */
  readonly accuracy: number | null;
  readonly isTested: boolean;
  readonly sparsity: number | null;
  readonly meanBits: number | null;
  readonly sizeBytes: number | null;
  readonly durationMs: number | null;
}

/** A row of the table for each run, the newest first. */
export function runRows(runs: readonly Run[], nameOf: (text: string) => string | null): readonly RunRow[] {
  return runs.toSorted((a, b) => b.number - a.number).map((run) => runRow(run, nameOf));
}

function runRow(run: Run, nameOf: (text: string) => string | null): RunRow {
  const latest = run.epochs.at(-1);
  const kernels = run.parameters.filter((parameter) => parameter.role === 'kernel');
  const measured = kernels.flatMap((kernel) => latest?.parameters[kernel.name] ?? []);
  const weights = measured.reduce((sum, { size }) => sum + size, 0);
  const ownName = nameOf(run.config.text) ?? (run.model === '' ? 'own schedule' : `${run.model} on ${run.dataset}`);
  return {
    id: run.id,
    number: run.number,
    name: run.label.name === '' ? ownName : run.label.name,
    ownName,
    label: run.label,
    taughtBy: run.taughtBy?.number ?? null,
    status: run.status,
    state: stateText(run),
    ...outcome(run),
    meanBits: weights === 0 ? null : measured.reduce((sum, { size, bits }) => sum + size * bits, 0) / weights,
    sizeBytes: weights === 0 ? null : measured.reduce((sum, parameter) => sum + encodedSizeBytes(parameter), 0),
  };
}

function outcome({ result, epochs }: Run): Pick<RunRow, 'accuracy' | 'isTested' | 'sparsity' | 'durationMs'> {
  const latest = epochs.at(-1);
  if (result) {
    return { accuracy: result.top1, isTested: true, sparsity: result.sparsity, durationMs: result.durationMs };
  }
  if (!latest) return { accuracy: null, isTested: false, sparsity: null, durationMs: null };
  const durationMs = epochs.reduce((sum, epoch) => sum + epoch.durationMs, 0);
  return { accuracy: latest.validation.top1, isTested: false, sparsity: latest.sparsity, durationMs };
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
