import { readFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';
import { encodeLink } from '../src/runs/share-link.ts';
import { Workbench } from './pages/workbench.ts';
import { expect, test } from './fixtures.ts';

/** Three layers on points: trained within a second. */
const toy = (level: number, epochs = 3): string => `version: 1
training: {model: mlp_2d, dataset: moons, train_size: 256, validation_size: 256, epochs: ${epochs}, batch_size: 32, seed: 1}
pruners:
  half:
    class: SparsityLevelParameterPruner
    levels: {fc2.weight: ${level}}
policies:
  - pruner: {instance_name: half}
    starting_epoch: 0
    ending_epoch: ${epochs}
    frequency: 1
`;

async function open(page: Page, text: string): Promise<Workbench> {
  const workbench = new Workbench(page);
  await workbench.open(encodeLink({ version: 1, text }));
  await expect(workbench.status).toHaveText(/^Ready/);
  return workbench;
}

async function train(workbench: Workbench, text?: string): Promise<void> {
  if (text !== undefined) {
    await workbench.write(text);
    await expect(workbench.page.getByText(/edited since run \d+/)).toBeVisible();
  }
  await workbench.button('Train').click();
  await expect(workbench.status).toHaveText(/^Finished/, { timeout: 60_000 });
}

const runsOf = (workbench: Workbench): Locator => workbench.region('Runs');
const tab = (workbench: Workbench, name: string): Locator => runsOf(workbench).getByRole('tab', { name, exact: true });

/** Chooses from the menu of all runs. */
async function chooseFromMenu(page: Page, item: string): Promise<void> {
  await page.getByRole('button', { name: 'Repeat, export, import' }).click();
  await page.getByRole('menuitem', { name: item }).first().click();
}

test('runs are compared with a baseline: in words, in one chart, by their costs and line by line', async ({ page }) => {
  const workbench = await open(page, toy(0.5));
  await train(workbench);
  await train(workbench, toy(0.75));
  const runs = runsOf(workbench);
  await expect(runs.getByRole('row', { name: /^1 / })).toContainText('baseline');
  await expect(runs.getByRole('row', { name: /^2 / })).toContainText(
    'pruner half: levels.fc2.weight 0.75 instead of 0.5',
  );
  await workbench.button('Compare the others with run 2').click();
  await expect(runs.getByRole('row', { name: /^1 / })).toContainText('levels.fc2.weight 0.5 instead of 0.75');

  await runs.getByRole('button', { name: 'size' }).click();
  await expect(runs.getByRole('columnheader', { name: 'size' })).toHaveAttribute('aria-sort', 'ascending');
  await expect(runs.getByRole('row').nth(1)).toHaveAccessibleName(/^2 /);

  await tab(workbench, 'Overlay').click();
  await expect(workbench.figure('Accuracy of runs')).toBeVisible();
  expect(await workbench.column('Sparsity of runs', 'run 1 mlp_2d on moons')).toHaveLength(3);
  const plot = workbench.figure('Accuracy of runs').getByRole('slider');
  await plot.focus();
  // The first press puts the cursor at the beginning.
  for (let press = 0; press < 3; press += 1) await page.keyboard.press('ArrowRight');
  await expect(runs).toContainText('Values after epoch 2');
  await workbench.button('Pin the cursor').click();
  await expect(workbench.button('Free the cursor')).toBeVisible();
  const values = runs.getByRole('table', { name: 'Values of runs' });
  await values.getByRole('button', { name: 'sparsity' }).click();
  await expect(values.getByRole('row').nth(1)).toContainText('2 mlp_2d on moons');

  await tab(workbench, 'Pareto').click();
  const pareto = workbench.figure('Pareto').getByRole('slider');
  await pareto.focus();
  await page.keyboard.press('Home');
  await expect(pareto).toHaveAttribute('aria-valuetext', /^run 2, /);
  await page.keyboard.press('Enter');
  expect((await workbench.table('Pareto')).slice(1).map((cells) => cells[0])).toEqual(['2', '1']);

  await tab(workbench, 'Diff').click();
  await runs.getByRole('combobox', { name: 'After' }).click();
  await page.getByRole('option', { name: 'Run 1', exact: true }).click();
  await expect(runs.getByRole('row', { name: /removed/ })).toContainText('levels: {fc2.weight: 0.75}');
  await expect(runs.getByRole('row', { name: /added/ })).toContainText('levels: {fc2.weight: 0.5}');
});

test('a number is swept from the editor by keyboard, and any point opens as a schedule', async ({ page }) => {
  const workbench = await open(page, toy(0.5));
  await expect(page.locator('.monaco-editor').first()).toBeVisible({ timeout: 60_000 });
  await workbench.editor.focus();
  // From below: the long line of `training` wraps.
  await page.keyboard.press('ControlOrMeta+End');
  for (let line = 0; line < 6; line += 1) await page.keyboard.press('ArrowUp');
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ControlOrMeta+Alt+KeyS');
  const runs = runsOf(workbench);
  await expect(runs.getByRole('combobox', { name: 'Number' })).toContainText('pruners.half.levels.fc2.weight');
  await runs.getByRole('textbox', { name: 'Values' }).fill('0.25, 0.5, 2, 0.75');
  await workbench.button('Run the sweep').click();
  const table = runs.getByRole('table', { name: 'Runs of the series' });
  await expect(runs.getByText('3 of 3 runs')).toBeVisible({ timeout: 100_000 });
  await expect(table.getByRole('row', { name: /^2 / })).toContainText('skipped');
  await expect(table.getByRole('row', { name: /^2 / })).toContainText('at most 1');
  const swept = await workbench.table('Sweep');
  expect(swept.slice(1).map((cells) => [cells[0], cells[4]])).toEqual([
    ['0.25', 'finished'],
    ['0.5', 'finished'],
    ['2', 'skipped'],
    ['0.75', 'finished'],
  ]);
  await workbench.button('Open the schedule with 0.75').click();
  await expect(page.getByText('levels: {fc2.weight: 0.75}')).toBeVisible();
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(page.getByText('levels: {fc2.weight: 0.5}')).toBeVisible();

  await workbench.button('Write it into the schedule').click();
  await expect(page.getByText('The sweep is in the schedule.')).toBeVisible();
  await expect(workbench.status).not.toHaveText('The schedule has errors');
  await page.reload();
  await tab(workbench, 'Sweep').click();
  await expect(runsOf(workbench).getByText('3 of 3 runs')).toBeVisible();
});

test('a schedule is repeated with three seeds; a cancelled series keeps what is finished and goes on later', async ({
  page,
}) => {
  const workbench = await open(page, toy(0.5, 60));
  const runs = runsOf(workbench);
  await chooseFromMenu(page, '×3 seeds');
  await expect(runs.getByText('Run 2 of 3: seed 2')).toBeVisible({ timeout: 60_000 });
  await workbench.button('Cancel').click();
  await expect(runs.getByText(/of 3 runs; cancelled/)).toBeVisible();
  const table = runs.getByRole('table', { name: 'Runs of the series' });
  await expect(table.getByRole('row', { name: /^1 / })).toContainText('finished');
  await workbench.button('Go on').click();
  await expect(runs.getByText('3 of 3 runs')).toBeVisible({ timeout: 100_000 });
  await expect(workbench.figure('Seeds')).toContainText(/% accuracy on average, .* over 3 seeds/);
  const [head, first] = await workbench.table('Seeds');
  expect(head).toEqual(['epoch', 'mean, %', 'smallest, %', 'largest, %', 'seeds']);
  const [, mean = 0, low = 0, high = 0, seeds] = (first ?? []).map(Number);
  expect(seeds).toBeGreaterThanOrEqual(3);
  expect(low).toBeLessThanOrEqual(mean);
  expect(high).toBeGreaterThanOrEqual(mean);
});

test('all runs leave in one file and come back on another device, and a foreign file does no harm', async ({
  page,
  browser,
}) => {
  const workbench = await open(page, toy(0.5));
  await train(workbench);
  const download = page.waitForEvent('download');
  await chooseFromMenu(page, 'Export all runs with weights');
  const file = await (await download).path();
  const content = await readFile(file);

  const elsewhere = await (await browser.newContext()).newPage();
  const other = new Workbench(elsewhere);
  await other.open();
  await importFile(elsewhere, content);
  await expect(runsOf(other)).toContainText('1 run was imported, 1 with weights.');
  await expect(runsOf(other).getByRole('row', { name: /mlp_2d on moons/ })).toContainText('finished');
  await importFile(elsewhere, content);
  await expect(runsOf(other)).toContainText('1 run is here already.');
  await importFile(elsewhere, Buffer.from('no zip'));
  await expect(runsOf(other)).toContainText('Nothing was imported.');
  await elsewhere.reload();
  await expect(runsOf(other).getByRole('row', { name: /mlp_2d on moons/ })).toContainText('finished');
  await elsewhere.context().close();
});

async function importFile(page: Page, buffer: Buffer): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await chooseFromMenu(page, 'Import runs…');
  await (await chooser).setFiles({ name: 'runs.zip', mimeType: 'application/zip', buffer });
}
