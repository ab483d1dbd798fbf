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

async function linkOf(workbench: Workbench): Promise<string> {
  await workbench.button('Share').click();
  const dialog = workbench.page.getByRole('dialog', { name: 'Share this experiment' });
  const link = await dialog.getByRole('textbox', { name: /^Link/ }).inputValue();
  await dialog.getByRole('button', { name: 'Close' }).first().click();
  return link;
}

async function trainedLoss(workbench: Workbench): Promise<readonly string[]> {
  await workbench.button('Train').click();
  await expect(workbench.status).toHaveText(/^Finished/, { timeout: 60_000 });
  return workbench.column('Loss', 'validation');
}

test('a link opens the same text elsewhere, which trains to the same curve', async ({ page, browser }) => {
  const here = new Workbench(page);
  await here.open();
  await here.write(schedule);
  await expect(here.status).toHaveText(ready);
  const link = await linkOf(here);
  expect(decodeLink(new URL(link).hash)).toEqual({ ok: true, value: { version: 1, text: schedule } });

  const context = await browser.newContext();
  const there = new Workbench(await context.newPage());
  await there.page.goto(link);
  await expect(there.status).toHaveText(ready);
  await expect(there.region('Schedule')).toContainText('moons');
  expect(new URL(await linkOf(there)).hash).toBe(new URL(link).hash);

  expect(await trainedLoss(there)).toEqual(await trainedLoss(here));
  await context.close();
});

test('a link trains nothing by itself, and gives back what it replaced', async ({ page }) => {
  const workbench = new Workbench(page);
  await workbench.open();
  const own = schedule.replace('seed: 11', 'seed: 12');
  await workbench.write(own);
  await expect(workbench.status).toHaveText(ready);

  // A fresh load of another address, as from a bookmark: a changed hash alone would not load the page again.
  await page.goto('about:blank');
  await workbench.open(encodeLink({ version: 1, text: schedule }));
  await expect(workbench.button('Train')).toBeEnabled();
  await expect(workbench.status).toHaveText(ready);
  await expect(workbench.region('Runs').getByRole('row', { name: /moons/ })).toHaveCount(0);

  await workbench.button('Undo').click();
  expect(decodeLink(new URL(await linkOf(workbench)).hash)).toMatchObject({ value: { text: own } });
});

const good = encodeLink({ version: 1, text: schedule });
const brokenLinks = [
  ['cut short', good.slice(0, -7), /incomplete or was changed/],
  ['of a version to come', `#2${good.slice(2)}`, /Reload the page, or ask for a new link/],
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
