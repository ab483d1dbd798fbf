import type { RunRecord } from '../../runs/export.ts';
import type { HeadlessTraining, TrainingReport } from '../../runs/headless-training.ts';
import { openBuiltPage } from '../browser.ts';

export interface BrowserTraining {
  readonly record: RunRecord;
  /** A safetensors file; null unless asked for and to be had. */
  readonly weights: Buffer | null;
}

/** Names in the page: what `src/app/headless.ts` gives, and what it is given. */
interface HeadlessPage {
  readonly headlessTraining: HeadlessTraining;
  readonly reportTraining: (report: TrainingReport) => void;
}

/**
 * Trains a text with the production build in a headless Chromium: the client and the worker of the page, without its
 * screen.
 *
 * @throws Error if the browser does not start or dies. A failed training is a record with its failure.
 */
export async function trainInBrowser(options: {
  readonly text: string;
  readonly wantsWeights: boolean;
  readonly onReport: (report: TrainingReport) => void;
  readonly onPageError: (message: string) => void;
}): Promise<BrowserTraining> {
  const { page, browser, close } = await openBuiltPage({ suffix: 'headless.html', onPageError: options.onPageError });
  try {
    await page.exposeFunction('reportTraining', options.onReport);
    await page.waitForFunction(() => 'headlessTraining' in globalThis);
    const record = await page.evaluate((text) => {
      const { headlessTraining, reportTraining } = globalThis as unknown as HeadlessPage;
      return headlessTraining.train(text, reportTraining);
    }, options.text);
    const file = options.wantsWeights
      ? await page.evaluate(() => (globalThis as unknown as HeadlessPage).headlessTraining.readWeights())
      : null;
    if (file?.ok === false) options.onPageError(file.message);
    return { record: withBrowser(record, browser), weights: file?.ok ? Buffer.from(file.base64, 'base64') : null };
  } finally {
    await close();
  }
}

function withBrowser(record: RunRecord, browser: string): RunRecord {
  if (record.environment === null) return record;
  const versions = { ...record.environment.versions, browser };
  return { ...record, environment: { ...record.environment, versions } };
}
