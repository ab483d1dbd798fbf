import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { Workbench } from './pages/workbench.ts';

const schedule = `training: {model: cnn_mnist, dataset: mnist, epochs: 8}
# my own words
policies: []
`;

async function openByKeyboard(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'Help' }).focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Method reference' });
  await expect(dialog.getByRole('searchbox', { name: 'Find a method' })).toBeFocused();
  return dialog;
}

/** Lines of the schedule, as the editor draws them. */
const line = (page: Page, words: string): Locator => page.locator('.view-line', { hasText: words });

for (const colorScheme of ['dark', 'light'] as const) {
  test.describe(`in the ${colorScheme} theme`, () => {
    test.use({ colorScheme });

    test('a method is found, read and put into the schedule by keyboard', async ({ page }) => {
      const workbench = new Workbench(page);
      await workbench.open();
      await expect(line(page, 'AutomatedGradualPruner').first()).toBeVisible();
      await workbench.write(schedule);
      await expect(line(page, 'my own words')).toBeVisible();

      const dialog = await openByKeyboard(page);
      await page.keyboard.type('pact clip');
      await expect(dialog.locator('summary')).toHaveCount(1);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await expect(
        dialog.getByRole('group', { name: 'Formula of PACTQuantizer' }).getByRole('math').first(),
      ).toBeVisible();
      const picture = dialog.getByRole('figure', { name: 'What comes out of a ReLU' });
      await expect(
        picture.getByRole('img', { name: /^what goes in −1\.\d+ gives 0, .* 7\.\d+ gives 6\.$/ }),
      ).toBeVisible();
      await expect(picture.locator('path')).toHaveAttribute('d', /^M/);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations).toEqual([]);

      await dialog.getByRole('button', { name: 'Insert into the schedule' }).focus();
      await page.keyboard.press('Enter');
      await expect(dialog).toBeHidden();
      await expect(line(page, 'class: PACTQuantizer')).toBeVisible();
      await expect(line(page, 'quantizer: {instance_name: my_quantizer}')).toBeVisible();
      await expect(workbench.button('Train')).toBeEnabled();
      await page.getByRole('button', { name: 'Undo' }).click();
      await expect(line(page, 'PACTQuantizer')).toHaveCount(0);
      await expect(line(page, 'my own words')).toBeVisible();
    });
  });
}

test('a text with an error takes no example, and the button says so', async ({ page }) => {
  const workbench = new Workbench(page);
  await workbench.open();
  await expect(line(page, 'AutomatedGradualPruner').first()).toBeVisible();
  await workbench.write('policies: 3');
  await expect(line(page, 'policies: 3')).toBeVisible();
  const dialog = await openByKeyboard(page);
  await dialog.getByText('L1Regularizer', { exact: true }).click();
  const insert = dialog.getByRole('button', { name: 'Insert into the schedule' });
  await expect(insert).toBeDisabled();
  await expect(insert).toHaveAccessibleDescription(/has an error/);
});

test('an address opens the reference at a method, once', async ({ page }) => {
  await page.goto('./?method=CosineAnnealingLR');
  const dialog = page.getByRole('dialog', { name: 'Method reference' });
  const entry = dialog.locator('summary', { hasText: /^CosineAnnealingLR/ });
  await expect(entry).toBeFocused();
  await expect(entry).toBeInViewport();
  await expect(dialog.getByRole('figure', { name: 'Learning rate by epoch' })).toBeInViewport();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  expect(new URL(page.url()).search).toBe('');
});

test('an address with a method that does not exist opens the list', async ({ page }) => {
  await page.goto('./?method=%3Cb%3EPruner');
  const dialog = page.getByRole('dialog', { name: 'Method reference' });
  await expect(dialog.getByRole('status').first()).toHaveText(/“<b>Pruner”/);
  await expect(dialog.locator('summary').first()).toBeVisible();
  await expect(dialog.locator('details[open]')).toHaveCount(0);
});
