import type { AnalysisRequest } from '../protocol/analysis.ts';
import type { AnalysisOutcome, EpochMetrics, StepSample } from '../protocol/training-event.ts';
import { type RunRecord, runRecord, weightsSafetensors } from './export.ts';
import { isOver } from './reduce-run.ts';
import type { Run } from './run.ts';
import { statusText, timeLeftMs } from './run-text.ts';
import type { TrainingClient } from './training-client.ts';

/** Where a run stands, as plain data that crosses from a browser into a program. */
export interface TrainingReport {
  readonly status: string;
  readonly timeLeftMs: number | null;
  readonly epochCount: number;
  readonly latestSample: StepSample | null;
  /** The epoch that ended since the report before; null if none did. */
  readonly endedEpoch: EpochMetrics | null;
}

export type WeightsFile =
  /** A safetensors file, in Base64 because only text crosses cheaply. */
  { readonly ok: true; readonly base64: string } | { readonly ok: false; readonly message: string };

/** Training without a screen, for programs that drive a browser. */
export interface HeadlessTraining {
  /** Trains a text to its end, good or bad, and gives its record. */
  readonly train: (text: string, report: (report: TrainingReport) => void) => Promise<RunRecord>;
  /** The weights of the run that ended last. */
  readonly readWeights: () => Promise<WeightsFile>;
  /** Asks about the weights of the run that ended last. */
  readonly analyze: (
    request: AnalysisRequest,
    report: (done: number, total: number) => void,
  ) => Promise<AnalysisOutcome>;
}

export function createHeadlessTraining(client: TrainingClient): HeadlessTraining {
  return {
    train: (text, report) => trainToEnd(client, text, report),
    analyze: (request, report) => analyzeToEnd(client, request, report),
    readWeights: async () => {
      const answer = await client.readWeights();
      return answer.ok ? { ok: true, base64: toBase64(weightsSafetensors(answer.parameters)) } : answer;
    },
  };
}

function trainToEnd(
  client: TrainingClient,
  text: string,
  report: (report: TrainingReport) => void,
): Promise<RunRecord> {
  return new Promise((resolve) => {
    const runId = client.start(text);
    let reportedEpochs = 0;
    const look = (run: Run | undefined) => {
      if (run === undefined) return;
      report(reportOf(run, reportedEpochs));
      reportedEpochs = run.epochs.length;
      if (!isOver(run)) return;
      unsubscribe();
      resolve(runRecord(run));
    };
    const unsubscribe = client.store.subscribe(({ runs }, previous) => {
      if (runs[runId] !== previous.runs[runId]) look(runs[runId]);
    });
    look(client.store.getState().runs[runId]);
  });
}

function analyzeToEnd(
  client: TrainingClient,
  request: AnalysisRequest,
  report: (done: number, total: number) => void,
): Promise<AnalysisOutcome> {
  const before = client.store.getState().analyses[request.kind];
  client.analyze(request);
  if (client.store.getState().analyses[request.kind] === before) {
    return Promise.resolve({ ok: false, cancelled: false, message: 'No trained weights are in memory. Train first.' });
  }
  return new Promise((resolve) => {
    const unsubscribe = client.store.subscribe(({ analyses }) => {
      const analysis = analyses[request.kind];
      if (analysis === undefined) return;
      report(analysis.done, analysis.total);
      if (analysis.outcome === null) return;
      unsubscribe();
      resolve(analysis.outcome);
    });
  });
}

function reportOf(run: Run, reportedEpochs: number): TrainingReport {
  return {
    status: statusText(run),
    timeLeftMs: timeLeftMs(run),
    epochCount: run.epochCount,
    latestSample: run.samples.at(-1) ?? null,
    endedEpoch: run.epochs.length > reportedEpochs ? (run.epochs.at(-1) ?? null) : null,
  };
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  // Spreading a whole file into arguments would overflow the stack.
  for (let start = 0; start < bytes.length; start += 8192) {
    text += String.fromCharCode(...bytes.subarray(start, start + 8192));
  }
  return btoa(text);
}
