import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { build } from 'vite';
import { expect, test } from './fixtures.ts';
import type { SymbolicReport } from './symbolic-page.ts';

// A page of its own, as in kernels.spec.ts: built here and handed over as the browser asks for it.
const folder = mkdtempSync(join(tmpdir(), 'symbolic-'));

test.beforeAll(async () => {
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
        input: new URL('./symbolic-page.ts', import.meta.url).pathname,
        output: { entryFileNames: 'page.js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  });
});

test.afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('every method that is fused into shaders computes there what it does by TensorFlow.js', async ({
  page,
  baseURL,
}) => {
  test.setTimeout(180_000);
  await page.route(`${baseURL}symbolic/**`, (route) => {
    const name = basename(new URL(route.request().url()).pathname);
    if (name.endsWith('.js')) {
      return route.fulfill({ contentType: 'text/javascript', body: readFileSync(join(folder, name), 'utf8') });
    }
    return route.fulfill({
      contentType: 'text/html',
      body: '<!doctype html><script type="module" src="page.js"></script>',
    });
  });
  await page.goto(`${baseURL}symbolic/index.html`);
  await page.waitForFunction(() => 'checkSymbolic' in globalThis);
  const report = await page.evaluate(() =>
    (globalThis as unknown as { checkSymbolic: () => Promise<SymbolicReport> }).checkSymbolic(),
  );
  test.skip(report.device === 'none', 'No WebGPU adapter was found');
  expect(report.problems).toEqual([]);
  expect(report.cases).toBeGreaterThan(100);
  expect(report.shaders).toBeGreaterThan(50);
});
