import { expect, test } from './fixtures.ts';
import { buildModulePage, type ModulePage } from './module-page.ts';
import type { SymbolicReport } from './symbolic-page.ts';

let modulePage: ModulePage;

test.beforeAll(async () => {
  modulePage = await buildModulePage('./symbolic-page.ts');
});

test.afterAll(() => {
  modulePage.dispose();
});

test('every method that is fused into shaders computes there what it does by TensorFlow.js', async ({
  page,
  baseURL,
}) => {
  test.setTimeout(180_000);
  await modulePage.open(page, baseURL, 'checkSymbolic');
  const report = await page.evaluate(() =>
    (globalThis as unknown as { checkSymbolic: () => Promise<SymbolicReport> }).checkSymbolic(),
  );
  test.skip(report.device === 'none', 'No WebGPU adapter was found');
  expect(report.problems).toEqual([]);
  expect(report.cases).toBeGreaterThan(100);
  expect(report.shaders).toBeGreaterThan(50);
});
