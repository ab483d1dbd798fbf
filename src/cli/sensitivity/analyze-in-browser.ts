import type { AnalysisRequest } from '../../protocol/analysis.ts';
import type { AnalysisOutcome } from '../../protocol/training-event.ts';
import type { RunRecord } from '../../runs/export.ts';
import type { HeadlessTraining, TrainingReport } from '../../runs/headless-training.ts';
import { openBuiltPage } from '../browser.ts';

/** Names in the page: what `src/app/headless.ts` gives, and what it is given. */
interface HeadlessPage {
  readonly headlessTraining: HeadlessTraining;
  readonly reportTraining: (report: TrainingReport) => void;
  readonly reportAnalysis: (done: number, total: number) => void;
}

export interface BrowserAnalysis {
  readonly record: RunRecord;
  /** Null if the training did not finish. */
  readonly outcome: AnalysisOutcome | null;
}

/**
 * Trains a text with the production build in a headless Chromium, then asks about the trained weights.
 *
 * @throws Error if the browser does not start or dies.
 */
export async function analyzeInBrowser(options: {
  readonly text: string;
  readonly request: AnalysisRequest;
  readonly onReport: (report: TrainingReport) => void;
  readonly onProgress: (done: number, total: number) => void;
  readonly onPageError: (message: string) => void;
}): Promise<BrowserAnalysis> {
  const { page, close } = await openBuiltPage({ suffix: 'headless.html', onPageError: options.onPageError });
  try {
    await page.exposeFunction('reportTraining', options.onReport);
    await page.exposeFunction('reportAnalysis', options.onProgress);
    await page.waitForFunction(() => 'headlessTraining' in globalThis);
    const record = await page.evaluate((text) => {
      const { headlessTraining, reportTraining } = globalThis as unknown as HeadlessPage;
      return headlessTraining.train(text, reportTraining);
    }, options.text);
    if (record.status !== 'finished') return { record, outcome: null };
    const outcome = await page.evaluate((request) => {
      const { headlessTraining, reportAnalysis } = globalThis as unknown as HeadlessPage;
      return headlessTraining.analyze(request, reportAnalysis);
    }, options.request);
    return { record, outcome };
  } finally {
    await close();
  }
}
