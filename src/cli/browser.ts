import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { findOrInstallChromium, webGpuFlags } from '../../scripts/find-chromium.mjs';
import { ensureBuilt, projectRoot } from '../../scripts/project.mjs';
import { serveFolder } from '../../scripts/static-server.mjs';

/** The production build, served on a local address and opened in a headless Chromium with WebGPU. */
export interface BuiltPage {
  readonly page: Page;
  /** Address of the page with a trailing slash; append `#…` to open a link. */
  readonly url: string;
  /** For the run record: name and version, as "Chromium 131.0.6778.33". */
  readonly browser: string;
  /** Ends browser and server. Safe to call twice. */
  readonly close: () => Promise<void>;
}

export interface OpenOptions {
  /** What comes after the address: a query and a share link, as `?x=1#1…`. */
  readonly suffix?: string;
  /** Called with each error that the page writes to its console or throws. */
  readonly onPageError?: (message: string) => void;
}

/**
 * Opens the very page that a reader opens, building it first if its sources changed.
 *
 * Ctrl+C ends browser and server too: Playwright closes the browser on signals.
 */
export async function openBuiltPage({ suffix = '', onPageError }: OpenOptions = {}): Promise<BuiltPage> {
  await ensureBuilt();
  const executablePath = await findOrInstallChromium();
  const server = await serveFolder(join(projectRoot, 'dist'));
  try {
    const browser = await chromium.launch({ executablePath, args: [...webGpuFlags] });
    const page = await browser.newPage();
    page.on('pageerror', (error) => onPageError?.(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') onPageError?.(message.text());
    });
    await page.goto(server.url + suffix);
    const close = async () => {
      await browser.close();
      await server.close();
    };
    return { page, url: server.url, browser: `Chromium ${browser.version()}`, close };
  } catch (error) {
    await server.close();
    throw error;
  }
}
