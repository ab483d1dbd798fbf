import AxeBuilder from '@axe-core/playwright';
import type { Browser, Locator, Page } from '@playwright/test';
import type { LinkOptions } from '../src/runs/share/shared-experiment.ts';
import { decodeLink, encodeLink } from '../src/runs/share-link.ts';
import { expect, test } from './fixtures.ts';
import { Workbench } from './pages/workbench.ts';

const schedule = `# Two clouds, told apart with 4 bits
version: 1
training: {model: mlp_2d, dataset: moons, train_size: 256, validation_size: 256, epochs: 3, batch_size: 32, seed: 11}
quantizers:
  low_bit:
    class: QuantAwareTrainRangeLinearQuantizer
    bits_weights: 4
policies:
  - quantizer: {instance_name: low_bit}
    starting_epoch: 0
    ending_epoch: 3
    frequency: 1
`;
const ready = 'Ready: 3 epochs of 8 steps';

async function openShare(workbench: Workbench): Promise<Locator> {
  await workbench.button('Share').click();
  return workbench.page.getByRole('dialog', { name: 'Share this experiment' });
}

const linkIn = (dialog: Locator): Promise<string> => dialog.getByRole('textbox', { name: 'Link' }).inputValue();

async function linkOf(workbench: Workbench): Promise<string> {
  const dialog = await openShare(workbench);
  const link = await linkIn(dialog);
  await dialog.getByRole('button', { name: 'Close' }).first().click();
  return link;
}

async function train(workbench: Workbench): Promise<void> {
  await workbench.button('Train').click();
  await finished(workbench);
}

function finished(workbench: Workbench): Promise<void> {
  return expect(workbench.status).toHaveText(/^Finished/, { timeout: 60_000 });
}

async function openElsewhere(browser: Browser, link: string): Promise<Workbench> {
  const context = await browser.newContext();
  const there = new Workbench(await context.newPage());
  await there.page.goto(link);
  return there;
}

async function expectNoViolations(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
}

test('a link opens the same text elsewhere, which trains to the same curve', async ({ page, browser }) => {
  const here = new Workbench(page);
  await here.open();
  await here.write(schedule);
  await expect(here.status).toHaveText(ready);
  const link = await linkOf(here);
  expect(decodeLink(new URL(link).hash)).toMatchObject({ ok: true, value: { text: schedule } });

  const there = await openElsewhere(browser, link);
  await expect(there.status).toHaveText(ready);
  await expect(there.region('Schedule')).toContainText('moons');
  expect(new URL(await linkOf(there)).hash).toBe(new URL(link).hash);

  await train(there);
  await train(here);
  expect(await there.column('Loss', 'validation')).toEqual(await here.column('Loss', 'validation'));
  await there.page.context().close();
});

test('a teacher asks for a prediction, and the reader sees the gap and the author’s result', async ({
  page,
  browser,
}) => {
  const here = new Workbench(page);
  await here.open();
  await here.write(schedule);
  await train(here);
  const dialog = await openShare(here);
  await dialog.getByRole('checkbox', { name: 'My result' }).check();
  await dialog.getByText('For teaching').click();
  await dialog.getByRole('checkbox', { name: 'Promised curves' }).check();
  await dialog.getByRole('radio', { name: 'All but the values ticked below' }).check();
  await dialog.getByRole('checkbox', { name: /^training\.seed/ }).check();
  await dialog.getByRole('checkbox', { name: 'Accuracy at the end' }).check();
  const link = await linkIn(dialog);

  const there = await openElsewhere(browser, link);
  const facts = there.region('Link');
  await expect(facts).toContainText(/The author claims \d+\.\d % accuracy/);
  await expect(facts).toContainText('Hidden by its author: promised curves');
  await there.button('Train').click();
  const asks = there.page.getByRole('dialog', { name: 'Predict first' });
  await asks.getByRole('spinbutton', { name: 'Prediction' }).fill('50');
  await asks.getByRole('button', { name: 'Predict and train' }).click();
  await finished(there);
  await expect(facts).toContainText(/Accuracy: You predicted 50 %, it came to \d+\.\d %/);
  await expect(facts).toContainText('Same as the author’s: yes, within 0.5 points.');

  const lock = there.page.getByRole('group', { name: 'Locked schedule' });
  await lock.getByRole('textbox', { name: 'training.seed' }).fill('12');
  await expect(there.region('Schedule')).toContainText('seed: 12');
  await there.page.reload();
  await expect(lock.getByRole('textbox', { name: 'training.seed' })).toHaveValue('12');
  await there.button('Make my own copy').click();
  await expect(lock).toBeHidden();
  await there.write(schedule.replace('epochs: 3', 'epochs: 1'));
  await train(there);
  await expect(facts).toContainText(/Same as the author’s|Not the author’s result.*The schedule was edited: epochs 1/);
  await there.page.context().close();
});

const locked: LinkOptions = { teaching: { lock: 'all', hide: ['problems', 'notes'] } };

test('a locked link can be read and left, by keyboard too', async ({ page }) => {
  const workbench = new Workbench(page);
  await workbench.open(encodeLink({ text: schedule, ...locked }));
  await expect(workbench.status).toHaveText(ready);
  await expect(workbench.region('Problems')).toBeHidden();
  await workbench.editor.focus();
  await page.keyboard.type('nonsense');
  await expect(workbench.region('Schedule')).not.toContainText('nonsense');
  await expect(page.getByRole('combobox', { name: 'Model' })).toHaveAttribute('aria-disabled', 'true');
  await workbench.choose('Recipe', 'The yardstick');
  await expect(workbench.region('Schedule')).toContainText('moons');

  await workbench.region('Link').getByRole('button', { name: 'Show' }).press('Enter');
  await expect(workbench.region('Problems')).toBeVisible();
  await workbench.region('Schedule').getByRole('button', { name: 'Make my own copy' }).press('Enter');
  await workbench.write(`${schedule}# mine\n`);
  await page.reload();
  await expect(workbench.region('Schedule')).toContainText('# mine');
  await expect(workbench.button('Make my own copy')).toBeHidden();
});

test('a link trains nothing by itself, and gives back what it replaced', async ({ page }) => {
  const workbench = new Workbench(page);
  await workbench.open();
  const own = schedule.replace('seed: 11', 'seed: 12');
  await workbench.write(own);
  await expect(workbench.status).toHaveText(ready);

  // A fresh load of another address, as from a bookmark: a changed hash alone would not load the page again.
  await page.goto('about:blank');
  await workbench.open(encodeLink({ text: schedule }));
  await expect(workbench.button('Train')).toBeEnabled();
  await expect(workbench.status).toHaveText(ready);
  await expect(workbench.region('Runs').getByRole('row', { name: /moons/ })).toHaveCount(0);

  // What is made of the link does not cost the own text, nor does a second link.
  const edited = schedule.replace('seed: 11', 'seed: 13');
  await workbench.write(edited);
  await page.goto('about:blank');
  await workbench.open(encodeLink({ text: schedule.replace('seed: 11', 'seed: 14') }));
  await workbench.button('Bring back my schedule').click();
  await expect(page.getByRole('menuitem')).toHaveCount(2);
  await page.getByRole('menuitem').last().click();
  expect(decodeLink(new URL(await linkOf(workbench)).hash)).toMatchObject({ value: { text: own } });
});

test('the view of the author opens with the link, as far as it exists', async ({ page }) => {
  const workbench = new Workbench(page);
  const view = { layer: 'fc2.weight', epoch: 99, tables: ['Loss', 'Bogus'] };
  await workbench.open(encodeLink({ text: schedule, view }));
  await expect(workbench.region('Charts')).toContainText('values at epoch 3, pinned');
  await expect(workbench.figure('Loss').getByRole('button', { name: 'Show as table' })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await expect(workbench.region('Link')).toContainText('The link points at epoch 99; the run ends at 3.');
  await expect(workbench.region('Link')).toContainText('“Bogus”, which is not here');
  const dialog = await openShare(workbench);
  await dialog.getByRole('checkbox', { name: 'What I am looking at' }).check();
  expect(decodeLink(new URL(await linkIn(dialog)).hash)).toMatchObject({
    value: { view: { layer: 'fc2.weight', epoch: 3, tables: ['Loss'] } },
  });
});

test('the link travels as text, picture and HTML', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const workbench = new Workbench(page);
  await workbench.open(encodeLink({ text: schedule }));
  const dialog = await openShare(workbench);
  const whole = await linkIn(dialog);
  await expect(dialog.getByText(/short enough for chat programs and a QR code/)).toBeVisible();
  await dialog.getByRole('checkbox', { name: 'Comments' }).uncheck();
  const link = await linkIn(dialog);
  expect(link.length).toBeLessThan(whole.length);
  expect(decodeLink(new URL(link).hash)).toMatchObject({
    value: { text: schedule.slice(schedule.indexOf('\n') + 1) },
  });
  await dialog.getByRole('button', { name: 'Copy link' }).click();
  await expect(dialog.getByRole('status').filter({ hasText: 'Copied' })).toHaveCount(1);
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);

  await dialog.getByRole('tab', { name: 'QR code' }).click();
  await expect(dialog.getByRole('img', { name: 'QR code of the link' })).toBeVisible();
  for (const [button, type] of [
    ['Save SVG', 'schedule-qr.svg'],
    ['Save PNG', 'schedule-qr.png'],
  ] as const) {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('button', { name: button }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(type);
  }
  await dialog.getByRole('button', { name: 'Large view' }).click();
  const large = page.getByRole('dialog', { name: 'Scan to open the experiment' });
  await expect(large.getByRole('img')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(large).toBeHidden();

  await dialog.getByRole('tab', { name: 'Embed' }).click();
  await dialog.getByRole('textbox', { name: /Origin of your page/ }).fill('https://school.example');
  await expect(dialog.getByRole('textbox', { name: 'HTML to paste' })).toHaveValue(
    /<iframe src="[^"]*\/embed\.html\?origin=https%3A%2F%2Fschool\.example#2/,
  );
});

test('a text too long for a QR code says what to do', async ({ page }) => {
  const noise = Array.from({ length: 900 }, (_, at) => ((at * 7919) % 65_521).toString(36)).join(' ');
  const workbench = new Workbench(page);
  await workbench.open(encodeLink({ text: `# ${noise}\n${schedule}` }));
  const dialog = await openShare(workbench);
  await expect(dialog.getByText(/too long for a QR code/)).toBeVisible();
  await dialog.getByRole('tab', { name: 'QR code' }).click();
  await expect(dialog.getByRole('alert')).toContainText('Leave out the comments');
  await dialog.getByRole('checkbox', { name: 'Comments' }).uncheck();
  await expect(dialog.getByRole('img', { name: 'QR code of the link' })).toBeVisible();
});

for (const theme of ['dark', 'light'] as const) {
  test(`sharing and a link with all options have no accessibility violation, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    const options: LinkOptions = {
      claim: { accuracy: 0.9, sparsity: 0, seed: 11, backend: 'webgpu', tolerance: 0.005 },
      teaching: { hide: ['promise'], lock: ['training.seed'], predict: ['accuracy', 'sparsity'] },
    };
    const workbench = new Workbench(page);
    await workbench.open(encodeLink({ text: schedule, ...options }));
    await expect(page.getByRole('group', { name: 'Locked schedule' })).toBeVisible();
    await expectNoViolations(page);
    await workbench.button('Train').click();
    await expect(page.getByRole('dialog', { name: 'Predict first' })).toBeVisible();
    await expectNoViolations(page);
    await page.keyboard.press('Escape');
    const dialog = await openShare(workbench);
    await dialog.getByText('For teaching').click();
    await dialog.getByRole('radio', { name: 'All but the values ticked below' }).check();
    await dialog.getByRole('tab', { name: 'QR code' }).click();
    await expect(dialog.getByRole('img', { name: 'QR code of the link' })).toBeVisible();
    await expectNoViolations(page);
  });
}

const good = encodeLink({ text: schedule });
const brokenLinks = [
  ['cut short', good.slice(0, -7), /incomplete or was changed/],
  ['of a version to come', `#9${good.slice(2)}`, /Reload the page, or ask for a new link/],
  ['with markup', '#1<img src=x onerror=alert(1)>', /holds a character that no link has/],
] as const;

for (const [kind, hash, message] of brokenLinks) {
  test(`a link ${kind} is refused with a reason, and the page works on`, async ({ page }) => {
    const dialogs: string[] = [];
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    const workbench = new Workbench(page);
    await workbench.open(hash);
    await expect(page.getByText(message)).toBeVisible();
    await workbench.write(schedule);
    await expect(workbench.status).toHaveText(ready);
    await expect(workbench.button('Train')).toBeEnabled();
    await expect(page.getByText(message)).toBeHidden();
    expect(dialogs).toEqual([]);
  });
}
