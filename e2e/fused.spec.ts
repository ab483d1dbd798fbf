import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { build } from 'vite';
import { expect, test } from './fixtures.ts';
import type { FusedReport } from './fused-page.ts';

// A page of its own, as in kernels.spec.ts: built here and handed over as the browser asks for it.
const caseCount = 60;
const folder = mkdtempSync(join(tmpdir(), 'fused-'));

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
        input: new URL('./fused-page.ts', import.meta.url).pathname,
        output: { entryFileNames: 'page.js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  });
});

test.afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('a fused training step of any network computes what TensorFlow.js computes in plain JavaScript', async ({
  page,
  baseURL,
}) => {
  test.setTimeout(240_000);
  await page.route(`${baseURL}fused/**`, (route) => {
    const name = basename(new URL(route.request().url()).pathname);
    if (name.endsWith('.js')) {
      return route.fulfill({ contentType: 'text/javascript', body: readFileSync(join(folder, name), 'utf8') });
    }
    return route.fulfill({
      contentType: 'text/html',
      body: '<!doctype html><script type="module" src="page.js"></script>',
    });
  });
  await page.goto(`${baseURL}fused/index.html`);
  await page.waitForFunction(() => 'checkFused' in globalThis);
  const report = await page.evaluate(
    (cases) =>
      (globalThis as unknown as { checkFused: (count: number) => Promise<FusedReport | string> }).checkFused(cases),
    caseCount,
  );
  if (typeof report === 'string') {
    test.skip(true, report);
    return;
  }
  expect(report.failures).toEqual([]);
  expect(report.cases.length).toBeGreaterThan(caseCount / 2);
  for (const { what, error, worst } of report.cases) expect(error, `${what}: ${worst}`).toBeLessThan(1e-2);
  // A ReLU at zero may open for one and not for the other; hardly any network has one there.
  const exact = report.cases.filter(({ error }) => error < 2e-4);
  expect(exact.length).toBeGreaterThan(report.cases.length * 0.9);
});
