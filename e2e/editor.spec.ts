import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { Workbench } from './pages/workbench.ts';

const gradual = `version: 1
training: {model: cnn_mnist, dataset: mnist, epochs: 8}
pruners:
  gradual:
    class: AutomatedGradualPruner
    initial_sparsity: 0.05
    final_sparsity: 0.9
    weights: [conv2.weight, fc1.weight]
policies:
  - pruner: {instance_name: gradual}
    starting_epoch: 2
    ending_epoch: 6
    frequency: 1
`;

/** The page with Monaco in place of the plain field, and this text in it. */
async function openEditor(page: Page, text: string): Promise<Workbench> {
  const workbench = new Workbench(page);
  await workbench.open();
  await expect(page.locator('.monaco-editor').first()).toBeVisible({ timeout: 60_000 });
  await workbench.write(text);
  await expect(workbench.region('Timeline')).toContainText('polic');
  return workbench;
}

/** The text as the reader sees it: each line of the editor. */
function line(page: Page, text: string): Locator {
  return page.locator('.view-line').filter({ hasText: text });
}

test('a wrong key is named with its line, and the fix mends it', async ({ page }) => {
  const workbench = await openEditor(page, gradual.replace('final_sparsity', 'final_sparsty'));
  const problems = workbench.region('Problems');
  await expect(problems).toContainText('has no key final_sparsty');
  await expect(problems.getByRole('button', { name: 'Go to line 7, column 5' }).first()).toBeVisible();

  await problems.getByRole('button', { name: 'final_sparsity' }).first().click();
  await expect(problems).toContainText('No problems');
  await expect(line(page, 'final_sparsity: 0.9')).toBeVisible();

  await page.keyboard.press('ControlOrMeta+Z');
  await expect(problems).toContainText('has no key final_sparsty');
});

test('F8 and the place of a problem lead into the text', async ({ page }) => {
  const workbench = await openEditor(page, gradual.replace('0.9', '1.2').replace('frequency: 1', 'frequency: 0'));
  await expect(workbench.region('Problems')).toContainText('1.2');
  await page.keyboard.press('F8');
  await expect(workbench.editor).toBeFocused();
  await page.keyboard.insertText('0.8');
  await expect(line(page, 'final_sparsity: 0.8')).toBeVisible();
  await page.keyboard.press('F8');
  await expect(workbench.region('Problems')).toContainText('frequency');
});

test('completion offers the parameters of the chosen model', async ({ page }) => {
  await openEditor(page, gradual.replace('[conv2.weight, fc1.weight]', '['));
  await line(page, 'weights: [').click();
  await page.keyboard.press('End');
  await page.keyboard.press('Control+Space');
  const list = page.getByRole('listbox', { name: 'Suggest' });
  for (const name of ['conv1.weight', 'conv2.weight', 'fc1.weight', 'fc2.weight']) {
    await expect(list.getByRole('option', { name }).first()).toBeVisible();
  }
  await list.getByRole('option', { name: 'fc1.weight' }).first().click();
  await expect(line(page, 'weights: [fc1.weight')).toBeVisible();
});

test('hovering a class shows its formula and its paper', async ({ page }) => {
  await openEditor(page, gradual);
  await line(page, 'class: AutomatedGradualPruner').getByText('AutomatedGradualPruner').hover();
  const card = page.getByRole('tooltip').filter({ hasText: 'Raises sparsity' });
  await expect(card.locator('math').first()).toBeVisible();
  await expect(card).toContainText('is initial_sparsity');
  const [first, second] = await card.locator('math[display=block]').all();
  const [above, below] = [await first?.boundingBox(), await second?.boundingBox()];
  expect(below?.y).toBeGreaterThanOrEqual((above?.y ?? 0) + (above?.height ?? Infinity));
  await expect(card.getByRole('link')).toContainText('Zhu');
});

test('the menu of the editor stands on a ground of its own', async ({ page }) => {
  await openEditor(page, gradual);
  await line(page, 'final_sparsity').getByText('0.9').click({ button: 'right' });
  const menu = page.getByRole('menu').filter({ hasText: 'Sweep this number' });
  await expect(menu).toBeVisible();
  const grounds = await menu.evaluate((list) => {
    const found: string[] = [];
    for (let element: Element | null = list; element; element = element.parentElement)
      found.push(getComputedStyle(element).backgroundColor);
    return found;
  });
  expect(grounds.some((ground) => ground !== 'rgba(0, 0, 0, 0)')).toBe(true);
});

test('the timeline shows a lane for each policy and leads to it by keyboard', async ({ page }) => {
  const workbench = await openEditor(
    page,
    `${gradual}  - pruner: {instance_name: gradual}\n    starting_epoch: 6\n    ending_epoch: 8\n    frequency: 1\n`,
  );
  const lanes = workbench.region('Timeline').getByRole('slider', { name: 'gradual, AutomatedGradualPruner' });
  await expect(lanes).toHaveCount(2);
  await expect(lanes.first()).toHaveAttribute('aria-valuetext', /epochs 2 to 6, 19\u202f584 weights$/);

  await lanes.first().focus();
  await page.keyboard.press('ArrowDown');
  await expect(lanes.nth(1)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(workbench.editor).toBeFocused();
});

test('a policy that touches nothing says so in timeline and text', async ({ page }) => {
  const workbench = await openEditor(page, gradual.replace('[conv2.weight, fc1.weight]', '[conv9.weight]'));
  await expect(workbench.region('Timeline').getByRole('slider', { name: /^gradual/ })).toHaveAttribute(
    'aria-valuetext',
    '0 weights',
  );
  await expect(line(page, 'conv9.weight')).toContainText('→ 0 weights');
});

test('a recipe that replaced the text is undone like typing', async ({ page }) => {
  const workbench = await openEditor(page, gradual.replace('gradual:', 'my_own:'));
  await workbench.choose('Recipe', 'The yardstick');
  await expect(line(page, 'milestones')).toBeVisible();
  await workbench.editor.focus();
  await page.keyboard.press('ControlOrMeta+Z');
  await expect(line(page, 'my_own:')).toBeVisible();
  await expect(line(page, 'milestones')).toHaveCount(0);
});

test('text typed before the full editor arrives is kept', async ({ page }) => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(/monaco-session[^/]*\.js/, async (route) => {
    await held;
    await route.continue();
  });
  const workbench = new Workbench(page);
  await workbench.open();
  await workbench.write('# typed early\n');
  await page.keyboard.type('# and on');
  release();
  await expect(page.locator('.monaco-editor').first()).toBeVisible({ timeout: 60_000 });
  await expect(workbench.editor).toBeFocused();
  await page.keyboard.type(' and on');
  await expect(line(page, '# and on and on')).toBeVisible();
  await expect(line(page, '# typed early')).toBeVisible();
});

test.describe('where the full editor cannot load', () => {
  test.use({ allowedErrors: [/monaco-session|Failed to load resource/] });

  test('the plain field goes on, says so, and problems are still mended', async ({ page }) => {
    await page.route(/monaco-session[^/]*\.js/, (route) => route.abort());
    const workbench = new Workbench(page);
    await workbench.open();
    await expect(workbench.region('Schedule')).toContainText('could not be loaded');
    await workbench.write(gradual.replace('final_sparsity', 'final_sparsty'));
    await workbench.region('Problems').getByRole('button', { name: 'final_sparsity' }).first().click();
    await expect(workbench.editor).toHaveValue(gradual);
  });
});
