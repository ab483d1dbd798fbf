import type { AnalysisSource } from '../engine/analysis/trained-model.ts';
import type { PageMessage } from '../protocol/page-message.ts';
import type { AnalysisOutcome, TrainingEvent } from '../protocol/training-event.ts';

type AnalyzeMessage = Extract<PageMessage, { type: 'analyze' }>;

/** A run whose model is in memory and at rest; or a sentence that says why there is none, with the way out. */
export type AnalyzableRun = { readonly readModel: () => Promise<AnalysisSource> } | string;

interface CurrentAnalysis {
  readonly message: AnalyzeMessage;
  readonly abort: AbortController;
  /** When progress was said last, in milliseconds. */
  saidAt: number;
}

const progressIntervalMs = 100;
const alreadyBusy = 'Another analysis is under way. Wait until it ends, or cancel it.';

/** Answers questions about trained weights, one at a time. Every question gets one `analysis-end`, whatever happens. */
export class AnalysisHost {
  private readonly emit: (event: TrainingEvent) => void;
  private current: CurrentAnalysis | null = null;

  constructor(emit: (event: TrainingEvent) => void) {
    this.emit = emit;
  }

  start(message: AnalyzeMessage, run: AnalyzableRun): void {
    if (typeof run === 'string') {
      this.say(message, { ok: false, cancelled: false, message: run });
      return;
    }
    if (this.current !== null) {
      this.say(message, { ok: false, cancelled: false, message: alreadyBusy });
      return;
    }
    const analysis = { message, abort: new AbortController(), saidAt: -Infinity };
    this.current = analysis;
    void this.answer(analysis, () => run.readModel());
  }

  /** The one that is under way ends at the next piece of work. */
  cancel(analysisId: string): void {
    if (this.current?.message.analysisId === analysisId) this.current.abort.abort();
  }

  /** Ends the one that is under way at once: what it waits for may never come. */
  end(outcome: Extract<AnalysisOutcome, { ok: false }>): void {
    const analysis = this.current;
    if (analysis === null) return;
    analysis.abort.abort();
    this.finish(analysis, outcome);
  }

  private async answer(analysis: CurrentAnalysis, readModel: () => Promise<AnalysisSource>): Promise<void> {
    const { signal } = analysis.abort;
    try {
      const onProgress = (done: number, total: number): void => this.sayProgress(analysis, done, total);
      const source = await readModel();
      signal.throwIfAborted();
      // Loaded when the first question is asked.
      const { runAnalysis } = await import('../engine/analysis/run-analysis.ts');
      const result = await runAnalysis(source, analysis.message.request, { onProgress, signal });
      this.finish(analysis, { ok: true, result });
    } catch (error) {
      const cancelled = signal.aborted;
      this.finish(analysis, { ok: false, cancelled, message: cancelled ? 'Cancelled.' : sentenceOf(error) });
    }
  }

  private sayProgress(analysis: CurrentAnalysis, done: number, total: number): void {
    const now = performance.now();
    if (this.current !== analysis || (done < total && now - analysis.saidAt < progressIntervalMs)) return;
    analysis.saidAt = now;
    const { runId, analysisId } = analysis.message;
    this.emit({ type: 'analysis-progress', runId, analysisId, done, total });
  }

  /** Does nothing for an analysis that was ended before. */
  private finish(analysis: CurrentAnalysis, outcome: AnalysisOutcome): void {
    if (this.current !== analysis) return;
    this.current = null;
    this.say(analysis.message, outcome);
  }

  private say({ runId, analysisId }: AnalyzeMessage, outcome: AnalysisOutcome): void {
    this.emit({ type: 'analysis-end', runId, analysisId, outcome });
  }
}

/** A RangeError says what cannot be done; anything else is not the reader's doing. */
function sentenceOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof RangeError) return message;
  return `The analysis broke off: ${message.replace(/\.$/, '')}. Fewer samples may help; else train the model again.`;
}
