import type { Browser, Page } from 'playwright-core';

/** Tasks of the page's own thread, in milliseconds of processor time: how busy the rest of the machine is does not count. */
export interface ThreadReport {
  readonly tasks: number;
  readonly longestMs: number;
  readonly over50: number;
  readonly over100: number;
  readonly busyMs: number;
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Thread time in microseconds. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Does something, and says what the page's thread did meanwhile. */
export async function watchThread(browser: Browser, page: Page, work: () => Promise<void>): Promise<ThreadReport> {
  await browser.startTracing(page, { screenshots: false, categories: ['toplevel', 'devtools.timeline'] });
  await work();
  const trace = await browser.stopTracing();
  const { traceEvents } = JSON.parse(trace.toString('utf8')) as { readonly traceEvents: readonly TraceEvent[] };
  return reportOf(traceEvents);
}

function reportOf(events: readonly TraceEvent[]): ThreadReport {
  const threadOf = ({ pid, tid }: TraceEvent): string => `${pid}:${tid}`;
  const pageThreads = new Set(
    events.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain').map(threadOf),
  );
  const tasks = events
    .filter((event) => /(?:^|::)RunTask$/.test(event.name) && pageThreads.has(threadOf(event)))
    .map(({ tdur = 0 }) => tdur / 1000);
  return {
    tasks: tasks.length,
    longestMs: Math.max(0, ...tasks),
    over50: tasks.filter((ms) => ms > 50).length,
    over100: tasks.filter((ms) => ms > 100).length,
    busyMs: tasks.reduce((sum, ms) => sum + ms, 0),
  };
}
