import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { Workbench } from './pages/workbench.ts';

/** Half of the units of a hidden layer go as wholes, so that there is something to thin. */
const circles = `version: 1
training: {model: mlp_2d, dataset: circles, train_size: 512, validation_size: 256, epochs: 4, batch_size: 32, seed: 1}
# mine
lr_schedulers:
  decay: {class: MultiStepLR, milestones: [3], gamma: 0.5}
policies:
  - lr_scheduler: {instance_name: decay}
    starting_epoch: 0
    ending_epoch: 4
    frequency: 1
`;

async function trainAndOpen(page: Page, name: string): Promise<{ workbench: Workbench; panel: Locator }> {
  const workbench = new Workbench(page);
  await workbench.open();
  await train(workbench, circles);
  await page.getByRole('tab', { name: 'Analyses' }).click();
  return { workbench, panel: await openAnalysis(workbench, name) };
}

async function openAnalysis(workbench: Workbench, name: string): Promise<Locator> {
  const region = workbench.region('Analyses');
  await region.getByRole('tab', { name, exact: true }).click();
  return region.getByRole('tabpanel', { name, exact: true });
}

async function train(workbench: Workbench, text?: string): Promise<void> {
  if (text !== undefined) await workbench.write(text);
  await workbench.button('Train').click();
  await expect(workbench.status).toHaveText(/^Finished/, { timeout: 90_000 });
}

/** The schedule as it is, also where the editor shows a part of it. */
async function textOf(workbench: Workbench): Promise<string> {
  await workbench.editor.focus();
  await workbench.page.keyboard.press('ControlOrMeta+A');
  await workbench.page.keyboard.press('ControlOrMeta+C');
  return workbench.page.evaluate(() => navigator.clipboard.readText());
}

async function expectAccessible(page: Page, region: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).include(`[aria-label="${region}"]`).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: 'dark' });
}

/** The accuracy that a budget keeps, in percent. */
async function keptBy(budget: Locator): Promise<number> {
  return Number(await budget.getAttribute('aria-valuenow'));
}

test('a budget across a sensitivity scan becomes a schedule that trains', async ({ page }) => {
  const { workbench, panel } = await trainAndOpen(page, 'Sensitivity');
  await panel.getByRole('textbox', { name: 'Levels, %' }).fill('20 40 60 80');
  await panel.getByRole('textbox', { name: 'Test samples' }).fill('256');
  await panel.getByRole('button', { name: 'Run' }).click();
  const budget = panel.getByRole('slider', { name: 'Accuracy budget' });
  await expect(budget).toBeVisible({ timeout: 60_000 });

  const kept = await keptBy(budget);
  await budget.focus();
  await page.keyboard.press('PageDown');
  expect(await keptBy(budget)).toBeCloseTo(kept - 1, 5);
  await page.keyboard.press('ArrowUp');
  expect(await keptBy(budget)).toBeCloseTo(kept - 0.9, 5);
  await expect(budget).toHaveAttribute('aria-valuetext', /may fall by 1\.9 points, to .*of the weights go/);
  await expect(panel.getByRole('textbox', { name: 'Budget, points' })).toHaveValue('1.9');

  const box = await budget.boundingBox();
  if (box === null) throw new Error('The budget is not on screen');
  await page.mouse.move(box.x + 60, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + 60, box.y + box.height / 2 + 60, { steps: 4 });
  await page.mouse.up();
  expect(await keptBy(budget)).toBeLessThan(kept - 5);
  const levels = panel.getByRole('table', { name: 'Levels within the budget' });
  await expect(levels.getByRole('row', { name: 'fc2' })).toContainText('weights');
  await expectAccessible(page, 'Analyses');

  await panel.getByRole('button', { name: 'Make a schedule' }).click();
  const toast = page.getByRole('status', { name: 'Notification' });
  await expect(toast).toContainText(/written into your schedule: .* of the weights go/);
  const made = await textOf(workbench);
  expect(made).toContain('class: AutomatedGradualPruner');
  expect(made).toContain('# From a sensitivity scan of run 1 after epoch 4, 256 test samples.');
  expect(made).toContain('# mine\nlr_schedulers:');
  await toast.getByRole('button', { name: 'Undo' }).click();
  expect(await textOf(workbench)).toBe(circles);

  await panel.getByRole('button', { name: 'Make a schedule' }).click();
  await expect(toast).toContainText('written into your schedule');
  await workbench.editor.focus();
  await page.keyboard.press('ControlOrMeta+Z');
  expect(await textOf(workbench)).toBe(circles);
  await page.keyboard.press('ControlOrMeta+Shift+Z');
  expect(await textOf(workbench)).toBe(made);
  const lanes = page.getByRole('group', { name: 'Policies' });
  await expect(lanes.getByRole('slider', { name: /gradual/ }).first()).toBeVisible();
  await train(workbench);
  await expect(workbench.region('Runs')).toContainText(/\d+\.\d %/);
});

test('a scan of bits becomes overrides of a quantizer', async ({ page }) => {
  const { workbench, panel } = await trainAndOpen(page, 'Bit widths');
  await panel.getByRole('combobox', { name: 'Quantize' }).click();
  await page.getByRole('option', { name: 'both' }).click();
  await panel.getByRole('textbox', { name: 'Bits' }).fill('8 4 2');
  await panel.getByRole('textbox', { name: 'Test samples' }).fill('256');
  await panel.getByRole('textbox', { name: 'Calibration samples' }).fill('100');
  await panel.getByRole('button', { name: 'Run' }).click();
  const budget = panel.getByRole('slider', { name: 'Accuracy budget' });
  await expect(budget).toBeVisible({ timeout: 60_000 });
  const levels = panel.getByRole('table', { name: 'Bits within the budget' });
  await expect(levels.getByRole('row')).toHaveCount(7);
  await expect(levels).toContainText('bits a weight on average');
  await panel.getByRole('textbox', { name: 'Budget, points' }).fill('2,5');
  await expect(budget).toHaveAttribute('aria-valuetext', /may fall by 2\.5 points/);
  await expectAccessible(page, 'Analyses');

  await panel.getByRole('button', { name: 'Make a schedule' }).click();
  const made = await textOf(workbench);
  expect(made).toContain('class: QuantAwareTrainRangeLinearQuantizer');
  expect(made).toMatch(/overrides:\n {6}fc1: \{bits_weights: \w+\}/);
  expect(made).toMatch(/relu1: \{bits_activations: \w+\}/);
  await train(workbench);
});

test('an ERK budget becomes a schedule without any training before', async ({ page }) => {
  const workbench = new Workbench(page);
  await workbench.open();
  await workbench.write(circles);
  await page.getByRole('tab', { name: 'Analyses' }).click();
  const panel = await openAnalysis(workbench, 'Budgets');
  await panel.getByRole('textbox', { name: 'Total sparsity, %' }).fill('50');
  const shares = panel.getByRole('table', { name: 'Sparsity of each layer' });
  await expect(shares.getByRole('row', { name: 'all layers' })).toContainText('50.0 %');
  await expectAccessible(page, 'Analyses');
  await panel.getByRole('combobox', { name: 'When' }).click();
  await page.getByRole('option', { name: 'at once' }).click();
  await panel.getByRole('button', { name: 'Make a schedule' }).click();
  const made = await textOf(workbench);
  expect(made).toContain('# ERK budget: 50.0 % of the weights go, shared out among 3 layers.');
  expect(made).toContain('class: SparsityLevelParameterPruner');
  await train(workbench);
  await expect(workbench.region('Runs')).toContainText('50.0 %');
});

test('the cost says what one inference takes, and that scattered zeros save nothing', async ({ page }) => {
  const workbench = new Workbench(page);
  await workbench.open();
  await train(workbench, circles);
  await page.getByRole('tab', { name: 'Cost' }).click();
  const cost = workbench.region('Cost');
  await cost.getByRole('button', { name: 'Measure', exact: true }).click();
  await expect(cost.getByRole('table', { name: 'Cost of each layer' })).toBeVisible();
  await cost.getByRole('button', { name: 'Measure one inference' }).click();
  const times = cost.getByRole('table', { name: 'Time of one inference' });
  await expect(times).toBeVisible({ timeout: 60_000 });
  await expect(times.getByRole('row')).toHaveCount(3);
  await expect(times.getByRole('row', { name: 'dense' })).toContainText(/\d ms/);
  await expect(cost).toContainText('Unstructured zeros save nothing');
  await expectAccessible(page, 'Cost');
});
