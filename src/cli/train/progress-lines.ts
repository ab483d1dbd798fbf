import { rankEpochs } from '../../runs/best-epochs.ts';
import type { RunRecord } from '../../runs/export.ts';
import type { TrainingReport } from '../../runs/headless-training.ts';
import { precisionMark } from '../../runs/run-precision.ts';

/** An ended epoch as a line that stays: "epoch  3/12  loss 0.1234  accuracy 97.1 %  sparsity 60.3 %  1.8 s". */
export function epochLine({ endedEpoch, epochCount }: TrainingReport): string | null {
  if (endedEpoch === null) return null;
  const { epoch, train, validation, sparsity, durationMs } = endedEpoch;
  const number = String(epoch + 1).padStart(String(epochCount).length);
  return [
    `epoch ${number}/${epochCount}`,
    `loss ${train.loss.toFixed(4)}`,
    `accuracy ${percent(validation.top1)}`,
    `sparsity ${percent(sparsity)}`,
    `${(durationMs / 1000).toFixed(1)} s`,
  ].join('  ');
}

/** Where the run stands, as a line that the next one overwrites. */
export function progressLine({ status, latestSample, timeLeftMs }: TrainingReport): string {
  const loss = latestSample === null ? [] : [`loss ${latestSample.loss.toFixed(4)}`];
  const left = timeLeftMs === null ? [] : [`${clock(timeLeftMs)} left`];
  return [status, ...loss, ...left].join('  ');
}

/** The last line: what came out, on which device. */
export function resultLine({ result, environment, epochs }: RunRecord): string {
  if (result === null) return 'The training ended without a result.';
  const pruned = result.prunedSparsity === null ? '' : ` (${percent(result.prunedSparsity)} of what is pruned)`;
  const precision = precisionMark({ environment, epochs });
  const device =
    environment === null
      ? ''
      : `, on ${environment.backend} (${environment.adapter})${precision ? `, in ${precision.name}` : ''}`;
  return (
    `${percent(result.top1)} accuracy on ${result.testSize} test samples, ${percent(result.sparsity)} sparsity${pruned}, ` +
    `in ${(result.durationMs / 1000).toFixed(1)} s${device}`
  );
}

/** Why a run that asks for half precision was not all in it, and what to do. Null if it was, or did not ask. */
export function precisionLine(record: Pick<RunRecord, 'environment' | 'epochs'>): string | null {
  const mark = precisionMark(record);
  return mark === null || mark.name === 'f16' ? null : mark.note;
}

/** The epoch that Distiller would keep as its best: the sparsest, of equal ones the most accurate. Null without epochs. */
export function bestLine({ epochs }: RunRecord): string | null {
  const [best] = rankEpochs(epochs);
  if (best === undefined) return null;
  const { epoch, top1, sparsity, nonZero } = best;
  return `best epoch, by sparsity and then accuracy: ${epoch + 1}, ${percent(top1)} accuracy, ${percent(sparsity)} sparsity, ${nonZero} weights left`;
}

function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(1)} %`;
}

/** 83 000 is "1:23". */
function clock(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
