import type { AnalysisRequest } from '../protocol/analysis.ts';
import type { AnalysisOutcome, TrainingEvent } from '../protocol/training-event.ts';
import type { Run } from './run.ts';

export type AnalysisKind = AnalysisRequest['kind'];

/** Questions with a tab under Analyses; what an inference takes is asked under Cost. Budgets need no trained weights. */
export type AnalysisTab = Exclude<AnalysisKind, 'inference-time'> | 'budgets';

/** One question about the weights of a run, and how far its answer is. */
export interface Analysis {
  readonly id: string;
  readonly runId: string;
  readonly request: AnalysisRequest;
  /** Epochs that the run had behind it when it was asked. */
  readonly afterEpochs: number;
  /** Pieces of work; `total` is 0 before the worker has counted them. */
  readonly done: number;
  readonly total: number;
  /** True between the wish to cancel and the worker's answer. */
  readonly isCancelling: boolean;
  /** null while it is under way. */
  readonly outcome: AnalysisOutcome | null;
}

/** The latest question of each kind. Only one of them can be under way. */
export type Analyses = { readonly [Kind in AnalysisKind]?: Analysis };

/** A question that has just been sent. */
export function startAnalysis(id: string, run: Run, request: AnalysisRequest): Analysis {
  const afterEpochs = run.epochs.length;
  return { id, runId: run.id, request, afterEpochs, done: 0, total: 0, isCancelling: false, outcome: null };
}

/** The question that the worker is at; null if there is none. */
export function analysisUnderWay(analyses: Analyses): Analysis | null {
  return Object.values(analyses).find(({ outcome }) => outcome === null) ?? null;
}

/** The questions after a change of the one under way; unchanged if there is none. */
export function changeUnderWay(analyses: Analyses, change: Partial<Analysis>): Analyses {
  const analysis = analysisUnderWay(analyses);
  return analysis === null ? analyses : { ...analyses, [analysis.request.kind]: { ...analysis, ...change } };
}

/** The questions after an event; those about a question that is not under way change nothing. Pure. */
export function reduceAnalyses(analyses: Analyses, event: TrainingEvent): Analyses {
  if (event.type !== 'analysis-progress' && event.type !== 'analysis-end') return analyses;
  if (analysisUnderWay(analyses)?.id !== event.analysisId) return analyses;
  return changeUnderWay(
    analyses,
    event.type === 'analysis-end' ? { outcome: event.outcome } : { done: event.done, total: event.total },
  );
}
