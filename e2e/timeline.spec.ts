import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { Workbench } from './pages/workbench.ts';

const schedule = `version: 1
training: {model: cnn_mnist, dataset: mnist, epochs: 10}
pruners:
  # slowly
  gradual:
    class: AutomatedGradualPruner
    initial_sparsity: 0.05
    final_sparsity: 0.9
    weights: [conv2.weight, fc1.weight]
  once: {class: SparsityLevelParameterPruner, levels: {fc2.weight: 0.5}}
policies:
  - pruner: {instance_name: gradual}
    starting_epoch:  2   # when it begins
    ending_epoch: 6      # exclusive
    frequency: 1
  - pruner: {instance_name: once}
    epochs: [1, 4]   # twice
`;

/** The page with Monaco in place of the plain field, and the schedule in it. */
async function openSchedule(page: Page): Promise<Workbench> {
  const workbench = new Workbench(page);
  await workbench.open();
  await expect(page.locator('.monaco-editor').first()).toBeVisible({ timeout: 60_000 });
  await workbench.write(schedule);
  await expect(lane(workbench, 'once')).toBeVisible();
  return workbench;
}

function lane(workbench: Workbench, instance: string): Locator {
  return workbench.region('Timeline').getByRole('slider', { name: new RegExp(`^${instance},`) });
}

/** The text as the reader sees it: each line of the editor. */
function line(page: Page, text: string): Locator {
  return page.locator('.view-line').filter({ hasText: text });
}

/** Where an epoch begins on the ruler, in the middle of a lane. */
async function placeOf(workbench: Workbench, instance: string, epoch: number): Promise<{ x: number; y: number }> {
  const ruler = await workbench.region('Timeline').getByRole('slider', { name: 'Epoch', exact: true }).boundingBox();
  const box = await lane(workbench, instance).boundingBox();
  if (!ruler || !box) throw new Error('The timeline is not on the screen.');
  return { x: ruler.x + (epoch / 10) * ruler.width, y: box.y + box.height / 3 };
}

test('dragging a bar moves the policy: the curves follow at once, the text on release, one step back undoes it', async ({
  page,
}) => {
  const workbench = await openSchedule(page);
  const promised = async (): Promise<string | undefined> => (await workbench.column('Sparsity', 'fc1, promised'))[3];
  await expect.poll(promised).toBe('64.8');
  const from = await placeOf(workbench, 'gradual', 4);
  const to = await placeOf(workbench, 'gradual', 6);
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 8 });
  await expect(workbench.region('Timeline')).toContainText('epochs 4 to 8');
  await expect.poll(promised).toBe('0.0');
  await expect(line(page, 'starting_epoch')).toContainText('starting_epoch:  2   # when it begins');

  await page.mouse.up();
  await expect(line(page, 'starting_epoch')).toContainText('starting_epoch:  4   # when it begins');
  await expect(line(page, 'ending_epoch')).toContainText('ending_epoch: 8      # exclusive');
  await expect(lane(workbench, 'gradual')).toHaveAttribute('aria-valuetext', /epochs 4 to 8/);

  await page.keyboard.press('ControlOrMeta+Z');
  await expect(line(page, 'starting_epoch')).toContainText('starting_epoch:  2   # when it begins');
  await expect(line(page, 'ending_epoch')).toContainText('ending_epoch: 6      # exclusive');
});

test('a handle resizes, Escape takes the drag back, and what the schedule forbids is not written', async ({ page }) => {
  const workbench = await openSchedule(page);
  const grip = await placeOf(workbench, 'gradual', 6);
  const to = await placeOf(workbench, 'gradual', 9);
  await page.mouse.move(grip.x - 4, grip.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 5 });
  await expect(workbench.region('Timeline')).toContainText('epochs 2 to 9');
  await page.keyboard.press('Escape');
  await expect(workbench.region('Timeline')).not.toContainText('epochs 2 to 9');
  await page.mouse.up();
  await expect(line(page, 'ending_epoch')).toContainText('ending_epoch: 6');

  const back = await placeOf(workbench, 'gradual', 2);
  await page.mouse.move(grip.x - 4, grip.y);
  await page.mouse.down();
  await page.mouse.move(back.x, back.y, { steps: 8 });
  await expect(workbench.region('Timeline')).toContainText(/epochs 2 to 4.*the curve needs two/);
  await page.mouse.up();
  await expect(line(page, 'ending_epoch')).toContainText('ending_epoch: 4 ');
  await expect(workbench.region('Problems')).not.toContainText('error');
});

test('the keyboard does the same, each press a step, and says so', async ({ page }) => {
  const workbench = await openSchedule(page);
  const gradual = lane(workbench, 'gradual');
  await gradual.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(gradual).toHaveAttribute('aria-valuetext', /epochs 4 to 8/);
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Alt+ArrowLeft');
  await expect(gradual).toHaveAttribute('aria-valuetext', /epochs 3 to 9/);
  await expect(gradual).toBeFocused();
  const changes = workbench.region('Timeline').getByRole('status', { name: 'Timeline changes' });
  await expect(changes).toHaveText('gradual: epochs 3 to 9');
  await page.keyboard.press('+');
  await expect(line(page, 'frequency')).toContainText('frequency: 2');
  await page.keyboard.press('Home');
  await expect(line(page, 'starting_epoch')).toContainText('starting_epoch:  0   # when it begins');
  for (let step = 0; step < 6; step += 1) await page.keyboard.press('ControlOrMeta+Z');
  await expect(gradual).toHaveAttribute('aria-valuetext', /epochs 2 to 6/);
  await expect(line(page, 'frequency')).toContainText('frequency: 1');

  await page.keyboard.press('ArrowDown');
  await expect(lane(workbench, 'once')).toBeFocused();
  await page.keyboard.press('Space');
  const ticks = workbench.region('Timeline').getByRole('group', { name: 'Epochs of once' });
  await expect(ticks.getByRole('button', { name: 'Epoch 1', exact: true })).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Space');
  await expect(line(page, 'epochs: [')).toContainText('epochs: [1, 2, 4]   # twice');
  await ticks.getByRole('button', { name: 'Epoch 4', exact: true }).click();
  await expect(line(page, 'epochs: [')).toContainText('epochs: [1, 2]   # twice');
});

test('text, lane and layers point at each other', async ({ page }) => {
  const workbench = await openSchedule(page);
  const layers = workbench.region('Layers');
  const touched = layers.getByRole('rowheader', { name: /touched by the chosen policy/ });
  await lane(workbench, 'gradual').click();
  await expect(touched).toHaveCount(2);
  await expect(page.locator('.view-overlays [class*="pointed"]')).not.toHaveCount(0);

  await line(page, 'class: SparsityLevelParameterPruner').click();
  await expect(touched).toHaveText(/fc2/);
  await line(page, 'version').click();
  await expect(touched).toHaveCount(0);

  await lane(workbench, 'once').focus();
  await page.keyboard.press('Enter');
  await expect(workbench.editor).toBeFocused();
  await expect(touched).toHaveText(/fc2/);
});

for (const theme of ['dark', 'light'] as const) {
  test(`lanes and ticks have no accessibility violation, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme });
    const workbench = await openSchedule(page);
    await lane(workbench, 'once').focus();
    await expect(workbench.region('Layers').getByText('touched by the chosen policy')).toHaveCount(1);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
  });
}

test('most frames of a drag come in time', async ({ page }) => {
  const workbench = await openSchedule(page);
  const from = await placeOf(workbench, 'gradual', 4);
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.evaluate(() => {
    const times: number[] = [];
    Object.assign(globalThis, { frameTimes: times });
    const follow = (time: number): void => {
      times.push(time);
      requestAnimationFrame(follow);
    };
    requestAnimationFrame(follow);
  });
  for (const epoch of [5, 6, 7, 8, 7, 6, 5, 4, 3]) {
    const to = await placeOf(workbench, 'gradual', epoch);
    await page.mouse.move(to.x, to.y, { steps: 4 });
  }
  const times = await page.evaluate(() => (globalThis as unknown as { frameTimes: number[] }).frameTimes);
  await page.mouse.up();
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  expect(gaps.length).toBeGreaterThan(10);
  expect(gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)]).toBeLessThan(20);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 360, height: 780 }, hasTouch: true });

  test('lanes move there too', async ({ page }) => {
    const workbench = new Workbench(page);
    await workbench.open();
    await workbench.editor.fill(schedule);
    await lane(workbench, 'gradual').focus();
    await page.keyboard.press('ArrowRight');
    await expect(workbench.editor).toHaveValue(/starting_epoch: {2}3 {3}# when it begins\n {4}ending_epoch: 7 {6}#/);
    await page.keyboard.press('ControlOrMeta+Z');
    await expect(workbench.editor).toHaveValue(schedule);
  });
});
