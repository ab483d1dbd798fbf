import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { Workbench } from './pages/workbench.ts';

const quickLesson = './?lesson=what-a-bit-costs';

async function expectNoViolations(page: Page): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
  }
}

async function predict(page: Page, percent: string): Promise<void> {
  await page.getByRole('spinbutton', { name: 'Prediction' }).fill(percent);
  await page.getByRole('button', { name: 'Predict', exact: true }).click();
}

test('a lesson asks, trains the real thing, shows the gap and goes on', async ({ page }) => {
  test.setTimeout(300_000);
  const workbench = new Workbench(page);
  await workbench.open();
  const dataset = page.getByRole('combobox', { name: 'Dataset' });
  await expect(dataset).toContainText('mnist');

  await workbench.button('Learn').click();
  await page.getByRole('button', { name: 'Begin What a bit costs' }).click();
  await expect(page).toHaveURL(/\?lesson=what-a-bit-costs/);
  const learn = workbench.region('Learn');
  await expect(learn.getByRole('heading', { name: 'Two bits you can see' })).toBeVisible();
  await expect(learn.getByRole('button', { name: 'Train it' })).toHaveCount(0);

  await predict(page, '95');
  await learn.getByRole('button', { name: 'Train it' }).click();
  await expect(dataset).toContainText('spirals');
  await expect(learn.getByRole('status', { name: 'Training of this step' })).toContainText('Two bits you can see');

  const gap = learn.getByRole('figure', { name: 'Accuracy: prediction and measurement' });
  await expect(gap).toContainText(/You predicted 95 %, it came to \d\d\.\d %: \d+\.\d points less\./, {
    timeout: 240_000,
  });
  await learn.getByRole('button', { name: 'Show Bit-widths' }).click();
  await expect(workbench.figure('Bit-widths')).toBeFocused();

  await learn.getByRole('button', { name: 'Bring mine back' }).click();
  await expect(dataset).toContainText('mnist');
  await learn.getByRole('button', { name: 'Next step' }).click();
  await expect(learn.getByRole('heading', { name: 'Seven values' })).toBeVisible();
});

test('charts beside a lesson keep their values', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 1000 });
  const workbench = new Workbench(page);
  await workbench.open(quickLesson);
  const value = workbench.figure('Learning rate').getByText('0.003', { exact: true });
  await expect(value).toBeVisible();
  expect(await value.evaluate((part) => part.scrollWidth - part.clientWidth)).toBeLessThanOrEqual(1);
});

test('a lesson is taken up where it was left, and can be started over', async ({ page }) => {
  const workbench = new Workbench(page);
  await workbench.open(quickLesson);
  await predict(page, '80.5');
  await page.getByRole('button', { name: 'Step 2: Seven values' }).click();

  await workbench.open(quickLesson);
  await expect(page.getByRole('heading', { name: 'Seven values' })).toBeVisible();
  await page.getByRole('button', { name: 'Step 1: Two bits you can see' }).click();
  await expect(workbench.region('Learn')).toContainText('You predict 80.5 %.');
  await page.getByRole('button', { name: 'Start over' }).click();
  await expect(page.getByRole('spinbutton', { name: 'Prediction' })).toHaveValue('');
  await expectNoViolations(page);
});

test('a link to a lesson that is not there shows those that are', async ({ page }) => {
  const workbench = new Workbench(page);
  await workbench.open('./?lesson=%3Cb%3Enowhere');
  const learn = workbench.region('Learn');
  await expect(learn).toContainText('No lesson is called <b>nowhere.');
  await expect(learn.getByRole('listitem')).toHaveCount(8);
  await expectNoViolations(page);
  await learn.getByRole('button', { name: 'Close the lessons' }).click();
  await expect(learn).toHaveCount(0);
  await expect(page).not.toHaveURL(/lesson=/);
});

test('the gallery is filtered by level and topic, and what was measured stands beside a recipe', async ({ page }) => {
  const workbench = new Workbench(page);
  await workbench.open();
  await workbench.button('Recipes').click();
  const dialog = page.getByRole('dialog', { name: 'Recipes' });
  await expect(dialog.getByRole('listitem').filter({ hasText: 'gradual-90' }).first()).toContainText(
    /\d\d\.\d % accuracy \(.*seeds?, measured here\), 90\.0 % sparsity\./,
  );
  await dialog.getByRole('combobox', { name: 'Level' }).click();
  await page.getByRole('option', { name: 'Traps: mistakes on purpose' }).click();
  await dialog.getByRole('combobox', { name: 'Topic' }).click();
  await page.getByRole('option', { name: 'Silent mistakes' }).click();
  await expect(dialog.getByRole('status', { name: 'Number of recipes' })).toContainText(/^2 of \d+ recipes$/);
  await expectNoViolations(page);

  const recipe = page.getByRole('combobox', { name: 'Recipe', exact: true });
  await dialog.getByRole('button', { name: 'Open Nothing is touched' }).click();
  await expect(recipe).toContainText('Nothing is touched');
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(recipe).toContainText('Nine of ten');
});
