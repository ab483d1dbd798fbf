import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { Workbench } from './pages/workbench.ts';
import { expect, test } from './fixtures.ts';

/** What axe finds on the page as it is. */
async function violationsOf(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
}

for (const theme of ['dark', 'light'] as const) {
  test(`the page has no accessibility violation, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme });
    const workbench = new Workbench(page);
    await workbench.open();
    await expect(workbench.figure('Size').getByRole('button', { name: 'Show as table' })).toBeVisible();
    expect(await violationsOf(page)).toEqual([]);
  });
}

test('every part of the page can be found by its role and name', async ({ page }) => {
  const workbench = new Workbench(page);
  await workbench.open();
  for (const name of ['Train', 'Step', 'Stop', 'Reset', 'Share', 'Export'])
    await expect(workbench.button(name)).toBeVisible();
  for (const name of ['Recipe', 'Model', 'Dataset']) await expect(page.getByRole('combobox', { name })).toBeVisible();
  for (const name of ['Schedule', 'Problems', 'Timeline', 'Charts', 'Layers', 'Inspect', 'Runs']) {
    await expect(workbench.region(name)).toBeVisible();
  }
  for (const name of ['Accuracy', 'Loss', 'Sparsity', 'Bit-widths', 'Learning rate', 'Size']) {
    await expect(workbench.figure(name)).toBeVisible();
  }
});

test('before any training the charts show what the schedule promises', async ({ page }) => {
  const workbench = new Workbench(page);
  await workbench.open();
  await workbench.choose('Recipe', 'Nine of ten weights are not needed');
  expect(await workbench.column('Sparsity', 'fc1, promised')).toEqual([
    '0.0',
    '0.0',
    '5.0',
    '64.8',
    '86.8',
    '90.0',
    '90.0',
    '90.0',
    '90.0',
  ]);
  expect((await workbench.column('Learning rate', 'rate, promised')).slice(5, 7)).toEqual(['0.03', '0.003']);
});

test('a recipe replaces the text, and one press brings the own text back', async ({ page }) => {
  const workbench = new Workbench(page);
  await workbench.open();
  // Twice: the second time changes nothing, and the editor says so to a page that has it already.
  for (let times = 0; times < 2; times++) await workbench.write('# my own words\nversion: 1\n');
  await workbench.choose('Recipe', 'The yardstick');
  await expect(workbench.region('Schedule')).toContainText('milestones');
  await workbench.button('Undo').click();
  await expect(workbench.region('Schedule')).toContainText('my own words');
  await page.reload();
  await expect(workbench.region('Schedule')).toContainText('my own words');
});

test('before training the export menu says once what is missing', async ({ page }) => {
  const workbench = new Workbench(page);
  await workbench.open();
  await workbench.button('Export').click();
  const menu = page.getByRole('menu', { name: 'Export' });
  await expect(menu.getByText('Before training only the schedule can be saved.')).toHaveCount(1);
  await expect(menu.getByRole('menuitem', { name: /^Metrics, CSV/ })).toHaveAttribute('aria-disabled', 'true');
  await expect(menu.getByRole('menuitem', { name: /^Metrics, CSV/ })).toContainText('One line an epoch.');
  const { violations } = await new AxeBuilder({ page }).include('[role=menu]').analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
});

test('choosing a dataset edits the text and brings a model that fits', async ({ page }) => {
  const workbench = new Workbench(page);
  await workbench.open();
  await workbench.choose('Recipe', 'The yardstick');
  await workbench.choose('Dataset', 'moons');
  await expect(page.getByRole('combobox', { name: 'Model' })).toContainText('mlp_2d');
  await expect(workbench.region('Schedule')).toContainText('dataset: moons');
});

test('a page that may keep nothing on the device still opens and trains', async ({ page }) => {
  await page.addInitScript(() => {
    for (const name of ['localStorage', 'sessionStorage', 'indexedDB']) {
      Object.defineProperty(globalThis, name, {
        get: () => {
          throw new DOMException('Access is denied for this document.', 'SecurityError');
        },
      });
    }
  });
  const workbench = new Workbench(page);
  await workbench.open();
  await workbench.write(
    'training: {model: mlp_2d, dataset: moons, train_size: 256, validation_size: 256, epochs: 2, batch_size: 32}\npolicies: []\n',
  );
  await workbench.button('Train').click();
  await expect(workbench.status).toHaveText(/^Finished/, { timeout: 60_000 });
});

test('paper is light, whatever the screen is', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  const workbench = new Workbench(page);
  await workbench.open();
  const theme = page.locator('html');
  await expect(theme).toHaveAttribute('data-theme', 'dark');
  await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
  await expect(theme).toHaveAttribute('data-theme', 'light');
  await page.emulateMedia({ colorScheme: 'dark', media: 'screen' });
  await expect(theme).toHaveAttribute('data-theme', 'dark');
});

test.describe('without a connection to the data', () => {
  test.use({ allowedErrors: [/Failed to load resource/] });

  test('the data set is named, with what to do, and nothing of it is cut', async ({ page }) => {
    await page.route('**/data/**', (route) => route.abort());
    const workbench = new Workbench(page);
    await workbench.open();
    await workbench.button('Train').click();
    await expect(workbench.status).toHaveText(/^The data of mnist could not be loaded .* press Train/, {
      timeout: 60_000,
    });
    expect(await workbench.status.evaluate((line) => line.scrollHeight - line.clientHeight)).toBeLessThanOrEqual(1);
  });
});

test('the whole tour works by keyboard', async ({ page }) => {
  const workbench = new Workbench(page);
  await workbench.open();
  await workbench.figure('Sparsity').getByRole('slider').focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(workbench.region('Charts')).toContainText('values at epoch 2');
  await page.keyboard.press('Escape');
  await expect(workbench.region('Charts')).toContainText('promised at the end');
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 360, height: 780 } });

  test('the parts are tabs, and nothing is wider than the screen', async ({ page }) => {
    const workbench = new Workbench(page);
    await workbench.open();
    for (const tab of ['Watch', 'Layers', 'Runs', 'Write']) {
      await page.getByRole('tab', { name: tab }).click();
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width, `width of ${tab}`).toBeLessThanOrEqual(360);
      expect(await violationsOf(page), tab).toEqual([]);
    }
    await page.getByRole('tab', { name: 'Watch' }).click();
    await expect(workbench.figure('Accuracy')).toBeVisible();
  });

  test('the header leaves the screen to the work, and unfolds its choices and actions', async ({ page }) => {
    const workbench = new Workbench(page);
    await workbench.open();
    const header = page.getByRole('banner');
    const height = async (): Promise<number> => (await header.boundingBox())?.height ?? 0;
    const folded = await height();
    expect(folded).toBeLessThanOrEqual(150);
    await expect(workbench.button('Share')).toBeHidden();
    await workbench.button('More').first().click();
    await expect(workbench.button('Share')).toBeVisible();
    await workbench.button('More').first().click();

    const experiment = header.getByRole('button', { name: /Nine of ten weights are not needed/ });
    await experiment.click();
    await workbench.choose('Recipe', 'The yardstick');
    await header.getByRole('button', { name: /The yardstick/ }).click();
    await expect(page.getByRole('combobox', { name: 'Model' })).toBeHidden();
    expect(await height()).toBe(folded);
    await page.getByRole('tab', { name: 'Watch' }).click();
    await workbench.figure('Size').scrollIntoViewIfNeeded();
    await expect(workbench.button('Train')).toBeInViewport();
  });
});
