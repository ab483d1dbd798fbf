import { expect, test } from './fixtures.ts';
import type { IntegersReport } from './integers-page.ts';
import { buildModulePage, type ModulePage } from './module-page.ts';

let modulePage: ModulePage;

test.beforeAll(async () => {
  modulePage = await buildModulePage('./integers-page.ts');
});

test.afterAll(() => {
  modulePage.dispose();
});

test('recorded integers are those of TensorFlow.js, to the bit', async ({ page, baseURL }) => {
  test.setTimeout(240_000);
  await modulePage.open(page, baseURL, 'checkIntegers');
  const report = await page.evaluate(() =>
    (
      globalThis as unknown as { checkIntegers: (models: readonly string[], count: number) => Promise<IntegersReport> }
    ).checkIntegers(['cnn_mnist'], 24),
  );
  expect(report.failures).toEqual([]);
  const notRecorded = report.cases.filter(({ isRecorded }) => !isRecorded).map(({ what }) => what);
  expect(notRecorded).toEqual([
    'residual, SYMMETRIC',
    'averaged, SYMMETRIC',
    'plain, dynamic',
    'plain, weights only',
    'plain, wide',
  ]);
  for (const { what, unequal, different } of report.cases) {
    expect(unequal, what).toBe(0);
    expect(different, what).toBeGreaterThan(0);
  }
});
