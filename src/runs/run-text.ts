import type { Environment, TrainingFailure } from '../protocol/training-event.ts';
import { isOver } from './reduce-run.ts';
import type { PreparedPart, Run } from './run.ts';

/** The one sentence of the status line: where the run stands, and after a failure the way out. */
export function statusText(run: Run): string {
  switch (run.status) {
    case 'preparing':
      return preparingText(run);
    case 'training':
      return run.position.phase === 'validating' ? `${epochText(run)}, validating` : placeText(run);
    case 'paused':
      return `Paused: ${placeText(run).replace('Epoch', 'epoch')}`;
    case 'testing':
      return 'Measuring on the whole test set';
    case 'finished':
      return finishedText(run);
    case 'stopped':
      return run.stepsPerEpoch === 0
        ? 'Stopped before the first step'
        : `Stopped: ${placeText(run).replace('Epoch', 'epoch')}`;
    case 'failed':
      return run.failure === null ? 'Failed. Press Train to start again.' : failureText(run.failure, run.environment);
    default:
      return run.status satisfies never;
  }
}

/** What happened and what to do about it. Epochs and steps count from 1, as everywhere on the page. */
export function failureText(failure: TrainingFailure, environment: Environment | null = null): string {
  switch (failure.kind) {
    case 'invalid-schedule':
      return `${sentence(failure.message)} The list of problems says where; change the schedule and press Train.`;
    case 'device-lost':
      return `The GPU device was lost at epoch ${failure.epoch + 1}. Close other pages that use the GPU and press Train to start again.`;
    case 'data-unavailable':
      return `${sentence(failure.message)} Check the connection and press Train to load the rest.`;
    case 'diverged':
      return `The loss is no longer a number at epoch ${failure.epoch + 1}, step ${failure.step + 1}. Lower \`lr\` in the \`training\` block${environment?.precision === 'f16' ? ', or write \`precision: f32\`, as f16 ends at 65504,' : ''} and press Train.`;
    case 'out-of-memory':
      return `${sentence(failure.message)} Lower \`batch_size\` in the \`training\` block and press Train.`;
    case 'internal':
      return `${sentence(failure.message)} Press Train to start again.`;
    default:
      return failure satisfies never;
  }
}

function sentence(message: string): string {
  const text = message.trim();
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function preparingText({ preparing }: Run): string {
  const open = openParts(preparing ?? []);
  if (open.length > 1) return capital(open.map(briefText).join(', '));
  const part = open[0] ?? preparing?.at(-1);
  return part ? partText(part) : 'Preparing';
}

/** What is not there yet of all that is prepared. */
export function openParts(parts: readonly PreparedPart[]): readonly PreparedPart[] {
  return parts.filter(({ done, total }) => done < total);
}

function partText({ what, done, total }: PreparedPart): string {
  switch (what) {
    case 'device':
      return 'Opening the GPU';
    case 'data':
      return total === 0 ? 'Loading the data' : `Loading the data: ${megabytes(done)} of ${megabytes(total)} MB`;
    case 'shaders':
      return total === 1 ? 'Compiling for the GPU' : `Compiling for the GPU: ${done} of ${total} programs`;
    case 'teacher':
      return `Training the teacher: step ${done} of ${total}`;
    default:
      return what satisfies never;
  }
}

/** As part of a line that says several. */
function briefText(part: PreparedPart): string {
  const { what, done, total } = part;
  if (what === 'data') return `loading data: ${megabytes(done)} of ${megabytes(total)} MB`;
  if (what === 'shaders') return total === 1 ? 'compiling' : `compiling: ${done} of ${total}`;
  const [first = '', ...rest] = partText(part);
  return first.toLowerCase() + rest.join('');
}

function capital([first = '', ...rest]: string): string {
  return first.toUpperCase() + rest.join('');
}

function epochText({ position, epochCount }: Run): string {
  return `Epoch ${Math.min(position.epoch + 1, epochCount)} of ${epochCount}`;
}

function placeText(run: Run): string {
  return `${epochText(run)}, step ${run.position.step} of ${run.stepsPerEpoch}`;
}

function finishedText({ result }: Run): string {
  if (result === null) return 'Finished';
  return `Finished: ${percent(result.top1)} accuracy, ${percent(result.sparsity)} sparsity`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

/** A fraction as the page shows it: 0.974 is "97.4 %". */
function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(1)} %`;
}

/**
 * Milliseconds until the last epoch ends, from the mean of the epochs done (which includes validation) or, in the first,
 * from the pace of its steps. Null if there is nothing to measure by, or nothing left.
 */
export function timeLeftMs(run: Run): number | null {
  if (isOver(run) || run.msPerStep === null || run.stepsPerEpoch === 0) return null;
  const { position, epochCount, stepsPerEpoch, msPerStep, epochs } = run;
  const stepsLeft = Math.max(0, stepsPerEpoch - position.step);
  const epochsLeft = Math.max(0, epochCount - position.epoch - 1);
  const epochMs =
    epochs.length === 0
      ? stepsPerEpoch * msPerStep
      : epochs.reduce((sum, { durationMs }) => sum + durationMs, 0) / epochs.length;
  return stepsLeft * msPerStep + epochsLeft * epochMs;
}
