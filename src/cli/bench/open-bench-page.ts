import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { findOrInstallChromium, webGpuFlags } from '../../../scripts/find-chromium.mjs';
import { cacheFolder, fail, fingerprint, isCurrent, runTool, say, writeStamp } from '../../../scripts/project.mjs';
import { serveFolder } from '../../../scripts/static-server.mjs';
import type { BenchAnswer, BenchRequest } from '../../bench/bench-message.ts';
import type { BenchPage } from '../../bench/bench-page.ts';
import type { SystemName } from '../../bench/variants.ts';

const buildInputs = ['src', 'bench.html', 'vite.bench.config.ts', 'package-lock.json'];

/** The page of the benchmark in a headless Chromium. */
export interface OpenBenchPage {
  readonly systems: readonly SystemName[];
  readonly adapter: { readonly name: string; readonly isSoftware: boolean } | null;
  /** Name and version, as "Chromium 131.0.6778.33". */
  readonly browser: string;
  /** Starts a system in a worker of its own. */
  readonly start: (system: SystemName) => Promise<BenchWorker>;
  /** Resident memory of all the browser's processes but the main one; null where it cannot be read. */
  readonly residentBytes: () => Promise<number | null>;
  readonly close: () => Promise<void>;
}

export interface BenchWorker {
  /**
   * @throws Error if the worker fails, or gives no answer within the time.
   */
  readonly ask: (request: BenchRequest, timeoutMs?: number) => Promise<Exclude<BenchAnswer, { type: 'failed' }>>;
  readonly close: () => Promise<void>;
}

interface Scope {
  readonly benchPage: BenchPage;
}

const defaultTimeoutMs = 300_000;

/** Builds the page if its sources changed, and opens it. */
export async function openBenchPage(): Promise<OpenBenchPage> {
  await ensureBuilt();
  const executablePath = await findOrInstallChromium();
  const server = await serveFolder(join(cacheFolder, 'bench'));
  const browser = await chromium.launch({ executablePath, args: [...webGpuFlags] });
  const close = async () => {
    await browser.close();
    await server.close();
  };
  try {
    const page = await browser.newPage();
    await page.goto(`${server.url}bench.html`);
    await page.waitForFunction(() => 'benchPage' in globalThis);
    const systems = await page.evaluate(() => (globalThis as unknown as Scope).benchPage.systems);
    const adapter = await page.evaluate(() => (globalThis as unknown as Scope).benchPage.describeAdapter());
    return {
      systems,
      adapter,
      browser: `Chromium ${browser.version()}`,
      start: (system) => startWorker(page, system),
      residentBytes: () => readResidentBytes(browser),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function ensureBuilt(): Promise<void> {
  if (isCurrent('bench', buildInputs)) return;
  say('Building the page of the benchmark ...');
  const stamp = fingerprint(buildInputs);
  const code = await runTool('vite/bin/vite.js', ['build', '--config', 'vite.bench.config.ts'], { quiet: true });
  if (code !== 0) fail('The page of the benchmark could not be built; the message above says why.');
  writeStamp('bench', stamp);
}

async function startWorker(page: Page, system: SystemName): Promise<BenchWorker> {
  const number = await page.evaluate((name) => (globalThis as unknown as Scope).benchPage.open(name), system);
  return {
    async ask(request, timeoutMs = defaultTimeoutMs) {
      const asked = page.evaluate(([to, what]) => (globalThis as unknown as Scope).benchPage.ask(to, what), [
        number,
        request,
      ] as const);
      const answer = await within(asked, timeoutMs);
      if (answer.type === 'failed') throw new Error(answer.message);
      return answer;
    },
    close: () => page.evaluate((of) => (globalThis as unknown as Scope).benchPage.close(of), number),
  };
}

async function within<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${timeoutMs / 1000} s`)), timeoutMs);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

async function readResidentBytes(browser: Browser): Promise<number | null> {
  const session = await browser.newBrowserCDPSession();
  try {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    const pages = processInfo.filter(({ type }) => type === 'renderer' || type === 'GPU');
    return pages.reduce((sum, { id }) => sum + residentBytesOf(id), 0);
  } catch {
    // Not Linux: there is no /proc.
    return null;
  } finally {
    await session.detach();
  }
}

function residentBytesOf(processId: number): number {
  const status = readFileSync(`/proc/${processId}/status`, 'utf8');
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kilobytes === undefined) throw new Error(`Process ${processId} has no VmRSS`);
  return Number(kilobytes) * 1024;
}
