import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { build } from 'vite';
import { expect, test } from './fixtures.ts';
import type { PageReport } from './kernel-page.ts';

// A page of its own, served by nobody: what it needs is built here and handed over as the browser asks for it.
const folder = mkdtempSync(join(tmpdir(), 'kernels-'));

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
        input: new URL('./kernel-page.ts', import.meta.url).pathname,
        output: { entryFileNames: 'page.js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  });
});

test.afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('every own kernel computes on WebGPU what TensorFlow.js computes in plain JavaScript', async ({
  page,
  baseURL,
}) => {
  await page.route(`${baseURL}kernels/**`, (route) => {
    const name = basename(new URL(route.request().url()).pathname);
    if (name.endsWith('.js')) {
      return route.fulfill({ contentType: 'text/javascript', body: readFileSync(join(folder, name), 'utf8') });
    }
    return route.fulfill({
      contentType: 'text/html',
      body: '<!doctype html><script type="module" src="page.js"></script>',
    });
  });
  await page.goto(`${baseURL}kernels/index.html`);
  await page.waitForFunction(() => 'checkKernels' in globalThis);
  const report = await page.evaluate(() =>
    (globalThis as unknown as { checkKernels: () => Promise<PageReport> }).checkKernels(),
  );
  test.skip(!report.backend.startsWith('webgpu'), `No WebGPU adapter was found: ${report.backend}`);
  expect(report.failures).toEqual([]);
  expect(report.kernels.length).toBeGreaterThan(0);
  for (const { name, error, worst } of report.kernels) expect(error, `${name}: ${worst}`).toBeLessThan(2e-5);
});
