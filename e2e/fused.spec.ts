import { expect, test } from './fixtures.ts';
import { buildModulePage, type ModulePage } from './module-page.ts';
import type { FusedReport } from './fused-page.ts';

const caseCount = 60;
let modulePage: ModulePage;

test.beforeAll(async () => {
  modulePage = await buildModulePage('./fused-page.ts');
});

test.afterAll(() => {
  modulePage.dispose();
});

test('a fused training step of any network computes what TensorFlow.js computes in plain JavaScript', async ({
  page,
  baseURL,
}) => {
  test.setTimeout(240_000);
  await modulePage.open(page, baseURL, 'checkFused');
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
