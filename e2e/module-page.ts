import { readFileSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Page } from '@playwright/test';
import { build } from 'vite';

/** A page of its own around one module of this folder, served by nobody: it is built here and handed over as the browser asks. */
export interface ModulePage {
  /** Opens the page and waits until the module has put a function of that name on `globalThis`. */
  open(page: Page, baseURL: string | undefined, ready: string): Promise<void>;
  /** Removes what was built. */
  dispose(): void;
}

/** @param module File beside this one. */
export async function buildModulePage(module: string): Promise<ModulePage> {
  const name = basename(module, '.ts');
  const folder = await mkdtemp(join(tmpdir(), `${name}-`));
  await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    base: './',
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: 'esnext',
      minify: false,
      modulePreload: false,
      rolldownOptions: {
        input: new URL(module, import.meta.url).pathname,
        output: { entryFileNames: 'page.js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  });
  return {
    async open(page, baseURL, ready) {
      await page.route(`${baseURL}${name}/**`, (route) => {
        const file = basename(new URL(route.request().url()).pathname);
        if (file.endsWith('.js')) {
          return route.fulfill({ contentType: 'text/javascript', body: readFileSync(join(folder, file), 'utf8') });
        }
        return route.fulfill({
          contentType: 'text/html',
          body: '<!doctype html><script type="module" src="page.js"></script>',
        });
      });
      await page.goto(`${baseURL}${name}/index.html`);
      await page.waitForFunction((wanted) => wanted in globalThis, ready);
    },
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}
