import AxeBuilder from '@axe-core/playwright';
import type { Locator } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { Workbench } from './pages/workbench.ts';

const circles = `version: 1
training: {model: mlp_2d, dataset: circles, train_size: 512, validation_size: 256, epochs: 4, batch_size: 32, seed: 1}
pruners:
  half:
    class: SparsityLevelParameterPruner
    levels: {fc2.weight: 0.5}
policies:
  - pruner: {instance_name: half}
    epochs: [2]
`;

/** The tab of one analysis, as a reader opens it. */
async function openAnalysis(workbench: Workbench, name: string): Promise<Locator> {
  const region = workbench.region('Analyses');
  await region.getByRole('tab', { name, exact: true }).click();
  return region.getByRole('tabpanel', { name, exact: true });
}

/** Texts of the cells of a table, row by row. */
function cells(table: Locator): Promise<readonly (readonly string[])[]> {
  return table
    .getByRole('row')
    .evaluateAll((rows) =>
      rows.map((row) => Array.from(row.querySelectorAll('th, td'), (cell) => cell.textContent.trim())),
    );
}

async function train(workbench: Workbench, text: string): Promise<void> {
  await workbench.write(text);
  await workbench.button('Train').click();
  await expect(workbench.status).toHaveText(/^Finished/, { timeout: 90_000 });
}

test('nothing can be analyzed before training, and the page says why', async ({ page }) => {
  const workbench = new Workbench(page);
  await workbench.open();
  await page.getByRole('tab', { name: 'Analyses' }).click();
  const panel = await openAnalysis(workbench, 'Thinning');
  await expect(panel).toContainText('Train the model first');
  await expect(panel.getByRole('button', { name: 'Run' })).toHaveAttribute('aria-disabled', 'true');
  await page.getByRole('tab', { name: 'Inspect' }).click();
  await expect(workbench.region('Inspect')).toBeVisible();
});

test('a trained model answers every analysis', async ({ page }) => {
  const workbench = new Workbench(page);
  await workbench.open();
  await train(workbench, circles);
  await page.getByRole('tab', { name: 'Analyses' }).click();

  const sensitivity = await openAnalysis(workbench, 'Sensitivity');
  await sensitivity.getByRole('textbox', { name: 'Levels, %' }).fill('20 50 90');
  await sensitivity.getByRole('textbox', { name: 'Test samples' }).fill('200');
  await sensitivity.getByRole('button', { name: 'Run' }).click();
  await expect(workbench.figure('Accuracy by sparsity')).toBeVisible({ timeout: 60_000 });
  expect(await workbench.column('Accuracy by sparsity', 'level')).toEqual(
    Array.from({ length: 3 }, () => ['20 %', '50 %', '90 %']).flat(),
  );
  // Half of fc2 is zero already: asking for less changes nothing.
  expect((await workbench.column('Accuracy by sparsity', 'sparsity')).slice(3, 5)).toEqual(['50.0 %', '50.0 %']);
  await sensitivity.getByRole('button', { name: 'Copy CSV' }).click();
  const csv = (await page.evaluate(() => navigator.clipboard.readText())).trim().split('\n');
  expect(csv[0]).toBe('parameter,sparsity,top1,top5,loss');
  expect(csv[1]).toMatch(/^fc1\.weight,0\.2,[\d.]+,100,[\d.]+$/);
  expect(csv).toHaveLength(10);

  // Another width of the window is another layout: what was set and what was found are there again.
  await page.setViewportSize({ width: 1024, height: 900 });
  await expect(sensitivity.getByRole('textbox', { name: 'Levels, %' })).toHaveValue('20 50 90');
  await expect(workbench.figure('Accuracy by sparsity')).toBeVisible();
  await page.setViewportSize({ width: 1440, height: 1000 });

  const postTraining = await openAnalysis(workbench, 'Post-training');
  await postTraining.getByRole('textbox', { name: 'Calibration samples' }).fill('200');
  await postTraining.getByRole('button', { name: 'Run' }).click();
  const accuracies = postTraining.getByRole('table', { name: 'Accuracy after quantization' });
  await expect(accuracies).toBeVisible({ timeout: 60_000 });
  const [, ...variants] = await cells(accuracies);
  expect(variants.map(([name]) => name)).toEqual(['float', 'NONE', 'AVG', 'GAUSS', 'LAPLACE']);
  for (const [name, accuracy] of variants) expect(accuracy, name).toMatch(/^\d+\.\d %$/);
  const download = page.waitForEvent('download');
  await postTraining.getByRole('button', { name: 'Download statistics (YAML)' }).click();
  expect((await download).suggestedFilename()).toBe('acts_quantization_stats.yaml');

  const thinning = await openAnalysis(workbench, 'Thinning');
  await thinning.getByRole('button', { name: 'Run' }).click();
  const costs = thinning.getByRole('table', { name: 'Before and after thinning' });
  await expect(costs).toBeVisible({ timeout: 60_000 });
  expect((await cells(costs)).slice(1).map(([what]) => what)).toEqual(['parameters', 'MACs', 'accuracy', 'inference']);
  await expect(thinning).toContainText('nothing to remove');

  const summary = await openAnalysis(workbench, 'Summary');
  await summary.getByRole('button', { name: 'Run' }).click();
  const weights = summary.getByRole('table', { name: 'Weights' });
  await expect(weights).toBeVisible({ timeout: 30_000 });
  const [head = [], ...rows] = await cells(weights);
  const fine = head.indexOf('Fine %');
  expect(rows.map((row) => [row[0], row[fine]]).slice(1, 2)).toEqual([['fc2.weight', '50.0']]);
  expect(rows.at(-1)?.[0]).toBe('total');

  const activations = await openAnalysis(workbench, 'Activations');
  await activations.getByRole('button', { name: 'Run' }).click();
  await expect(activations.getByRole('table', { name: 'Activations' })).toContainText('relu1', { timeout: 30_000 });
  await expect(activations).toContainText('After epoch 4 of run 1.');

  for (const name of ['Sensitivity', 'Post-training', 'Thinning', 'Summary', 'Activations']) {
    await openAnalysis(workbench, name);
    const { violations } = await new AxeBuilder({ page }).include('[aria-label="Analyses"]').analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
  }
});

test('an analysis can be cancelled, and the next one starts', async ({ page }) => {
  const workbench = new Workbench(page);
  await workbench.open();
  await train(workbench, circles);
  await page.getByRole('tab', { name: 'Analyses' }).click();
  const panel = await openAnalysis(workbench, 'Sensitivity');
  const everyPercent = Array.from({ length: 100 }, (_, level) => level).join(' ');
  await panel.getByRole('textbox', { name: 'Levels, %' }).fill(everyPercent);
  await panel.getByRole('button', { name: 'Run' }).click();
  await expect(panel.getByRole('progressbar', { name: 'Progress of Sensitivity' })).toBeVisible();
  await panel.getByRole('button', { name: 'Cancel' }).click();
  await expect(panel).toContainText('Cancelled.', { timeout: 30_000 });
  await expect(workbench.figure('Accuracy by sparsity')).toBeHidden();
  const summary = await openAnalysis(workbench, 'Summary');
  await summary.getByRole('button', { name: 'Run' }).click();
  await expect(summary.getByRole('table', { name: 'Weights' })).toBeVisible({ timeout: 30_000 });
});
