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

type Check = (count: number, family: keyof typeof caseCounts) => Promise<FusedReport | string>;

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
    const report = await page.evaluate(
      ([cases, drawn]) => (globalThis as unknown as { checkFused: Check }).checkFused(cases, drawn),
      [caseCount, family] as const,
    );
    if (typeof report === 'string') {
      test.skip(true, report);
      return;
    }
    expectAgreement(report, caseCount);
  });
}

function expectAgreement(report: FusedReport, caseCount: number): void {
  expect(report.failures).toEqual([]);
  expect(report.cases.length).toBeGreaterThan(caseCount / 2);
  for (const { what, error, worst } of report.cases) expect(error, `${what}: ${worst}`).toBeLessThan(1e-2);
  // A ReLU at zero may open for one and not for the other; hardly any network has one there.
  const exact = report.cases.filter(({ error }) => error < 2e-4);
  expect(exact.length).toBeGreaterThan(report.cases.length * 0.9);
}
