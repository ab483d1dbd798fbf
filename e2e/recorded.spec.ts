import { expect, test } from './fixtures.ts';
import { buildModulePage, type ModulePage } from './module-page.ts';
import type { RecordedReport } from './recorded-page.ts';

let modulePage: ModulePage;

test.beforeAll(async () => {
  modulePage = await buildModulePage('./recorded-page.ts');
});

test.afterAll(() => {
  modulePage.dispose();
});

test('analyses by recorded forward passes find what TensorFlow.js finds', async ({ page, baseURL }) => {
  test.setTimeout(240_000);
  await modulePage.open(page, baseURL, 'checkRecorded');
  const report = await page.evaluate(() =>
    (globalThis as unknown as { checkRecorded: () => Promise<RecordedReport> }).checkRecorded(),
  );
  expect(report.failures).toEqual([]);
  expect(report.networks).toHaveLength(5);
  for (const { what, isRecorded, calibration, activations, strayed, evaluation, unequal } of report.networks) {
    expect(isRecorded, what).toBe(true);
    expect(calibration.error, `${what}, ${calibration.worst}`).toBeLessThan(1e-5);
    expect(activations.error, `${what}, ${activations.worst}`).toBeLessThan(1e-5);
    // A value at the edge of two bins may round to either.
    expect(strayed, what).toBeLessThanOrEqual(2);
    expect(evaluation, what).toBeLessThan(1e-5);
    expect(unequal, what).toEqual([]);
  }
});
