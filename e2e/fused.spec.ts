import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { buildModulePage, type ModulePage } from './module-page.ts';
import type { FusedReport } from './fused-page.ts';

const caseCounts = { any: 60, separable: 20, exits: 16 };
let modulePage: ModulePage;

test.beforeAll(async () => {
  modulePage = await buildModulePage('./fused-page.ts');
});

test.afterAll(() => {
  modulePage.dispose();
});

type Check = (
  count: number,
  family: keyof typeof caseCounts,
  precision?: 'f32' | 'f16',
) => Promise<FusedReport | string>;

function check(page: Page, ...asked: Parameters<Check>): Promise<FusedReport | string> {
  return page.evaluate((given) => (globalThis as unknown as { checkFused: Check }).checkFused(...given), asked);
}

for (const [what, family] of [
  ['any network', 'any'],
  ['networks with depthwise layers', 'separable'],
  ['networks that answer early', 'exits'],
] as const) {
  test(`a fused training step of ${what} computes what TensorFlow.js computes in plain JavaScript`, async ({
    page,
    baseURL,
  }) => {
    test.setTimeout(240_000);
    await modulePage.open(page, baseURL, 'checkFused');
    const caseCount = caseCounts[family];
    const report = await check(page, caseCount, family);
    if (typeof report === 'string') {
      test.skip(true, report);
      return;
    }
    expectAgreement(report, caseCount);
  });
}

/** Halves have 11 binary digits; what else differs is a ReLU or a maximum that fell the other way. */
const closeInHalves = 0.02;

test('a fused training step in f16 computes what TensorFlow.js computes, as closely as halves allow', async ({
  page,
  baseURL,
}) => {
  test.setTimeout(240_000);
  await modulePage.open(page, baseURL, 'checkFused');
  const report = await check(page, 24, 'any', 'f16');
  const hasHalves = await page.evaluate(async () => {
    const { gpu } = navigator as { gpu?: GPU };
    return (await gpu?.requestAdapter())?.features.has('shader-f16') === true;
  });
  if (!hasHalves) {
    expect(report).toMatch(/^No WebGPU adapter was found$|^The adapter has no halves$/);
    return;
  }
  if (typeof report === 'string') throw new Error(report);
  expect(report.failures).toEqual([]);
  const close = report.cases.filter(({ error }) => error < closeInHalves);
  expect(close.length).toBeGreaterThan(report.cases.length * 0.75);
});

function expectAgreement(report: FusedReport, caseCount: number): void {
  expect(report.failures).toEqual([]);
  expect(report.cases.length).toBeGreaterThan(caseCount / 2);
  for (const { what, error, worst } of report.cases) expect(error, `${what}: ${worst}`).toBeLessThan(1e-2);
  // A ReLU at zero may open for one and not for the other; hardly any network has one there.
  const exact = report.cases.filter(({ error }) => error < 2e-4);
  expect(exact.length).toBeGreaterThan(report.cases.length * 0.9);
}
