import type { Analysis, AnalysisKind } from '../../runs/analyses.ts';
import { analysisUnderWay, type Analyses } from '../../runs/analyses.ts';
import type { Run } from '../../runs/run.ts';
import { grouped } from '../../ui/grouped.ts';

/** What each analysis is called on its tab. */
export const analysisNames: Readonly<Record<AnalysisKind, string>> = {
  sensitivity: 'Sensitivity',
  'bit-widths': 'Bit widths',
  'post-training': 'Post-training',
  thinning: 'Thinning',
  'inference-time': 'Inference time',
  summary: 'Summary',
  activations: 'Activations',
};

/** "91.4 %". */
export function percent(share: number, digits = 1): string {
  return `${(share * 100).toFixed(digits)} %`;
}

/** "−1.2 points": how far a share is from another. */
export function points(share: number, from: number): string {
  const difference = (share - from) * 100;
  return `${signed(difference, 1)} points`;
}

/** "−43.8 %": how much a quantity has grown. */
export function change(before: number, after: number): string {
  return before === 0 ? '–' : `${signed((after / before - 1) * 100, 1)} %`;
}

/** With a sign, or without one where it rounds to zero. */
function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return text;
  return `${value > 0 ? '+' : '−'}${text}`;
}

/** Three significant digits; "–" for what is no number. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const text = Math.abs(value) < 1000 ? String(Number(value.toPrecision(3))) : grouped(Math.round(value));
  return text.replace('-', '−');
}

/** Why a run cannot be quantized after its training, as a sentence with the way out; undefined if it can. */
export function quantizedBlock(run: Run | null): string | undefined {
  const last = run?.epochs.at(-1);
  const isQuantized = last !== undefined && Object.values(last.activations).some(({ bits }) => bits < 32);
  if (!isQuantized) return undefined;
  return 'This model was trained with a quantizer and is quantized already. Train it without one to quantize it afterwards.';
}

export interface AnalysisConditions {
  /** The run that the page shows. */
  readonly run: Run | null;
  readonly inMemoryRunId: string | null;
  readonly analyses: Analyses;
}

/** Why no analysis can start now, as a sentence with the way out; undefined if one can. */
export function analysisBlock({ run, inMemoryRunId, analyses }: AnalysisConditions): string | undefined {
  if (run === null) return 'Train the model first: there are no trained weights yet.';
  const waiting = run.status === 'preparing' || run.status === 'training' || run.status === 'testing';
  if (waiting) return 'Training uses the weights now. Pause it, or wait for its end.';
  if (run.status === 'failed') return 'This run failed. Train again for weights that can be measured.';
  if (run.id !== inMemoryRunId) {
    return `Only the weights of the latest run are in memory. Train the schedule of run ${run.number} again.`;
  }
  if (run.epochs.length === 0 && run.samples.length === 0) return 'Nothing has been trained yet. Let it train first.';
  const underWay = analysisUnderWay(analyses);
  return underWay === null
    ? undefined
    : `${analysisNames[underWay.request.kind]} is under way. Wait for it, or cancel it.`;
}

/** When a result was measured: "After epoch 4 of run 2". Says so if the run has gone on since. */
export function momentText({ afterEpochs }: Analysis, run: Run): string {
  const moment =
    afterEpochs === 0 ? `In the first epoch of run ${run.number}` : `After epoch ${afterEpochs} of run ${run.number}`;
  return run.epochs.length > afterEpochs ? `${moment}, which has trained on since.` : `${moment}.`;
}

/** "12 of 37 steps done", or that the work has not been counted yet. */
export function progressText({ done, total, isCancelling }: Analysis): string {
  if (isCancelling) return 'Cancelling';
  return total === 0 ? 'Preparing' : `${grouped(done)} of ${grouped(total)}`;
}

/** "run 3 after epoch 8, 1000 test samples": what a comment in a schedule says of where its numbers come from. */
export function sourceText(run: Run | null, afterEpochs: number, samples: number): string {
  return `run ${run?.number ?? '–'} after epoch ${afterEpochs}, ${samples} test samples`;
}
