import { expect, test } from './fixtures.ts';
import { buildModulePage, type ModulePage } from './module-page.ts';
import type { PageReport } from './kernel-page.ts';

let modulePage: ModulePage;

test.beforeAll(async () => {
  modulePage = await buildModulePage('./kernel-page.ts');
});

test.afterAll(() => {
  modulePage.dispose();
});

test('every own kernel computes on WebGPU what TensorFlow.js computes in plain JavaScript', async ({
  page,
  baseURL,
}) => {
  await modulePage.open(page, baseURL, 'checkKernels');
  const report = await page.evaluate(() =>
    (globalThis as unknown as { checkKernels: () => Promise<PageReport> }).checkKernels(),
  );
  test.skip(!report.backend.startsWith('webgpu'), `No WebGPU adapter was found: ${report.backend}`);
  expect(report.failures).toEqual([]);
  expect(report.kernels.length).toBeGreaterThan(0);
  for (const { name, error, worst } of report.kernels) expect(error, `${name}: ${worst}`).toBeLessThan(2e-5);
});
