import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import AxeBuilder from '@axe-core/playwright';
import type { FrameLocator, Page } from '@playwright/test';
import { encodeLink } from '../src/runs/share-link.ts';
import { expect, test } from './fixtures.ts';

const schedule = `version: 1
training: {model: mlp_2d, dataset: moons, train_size: 256, validation_size: 256, epochs: 2, batch_size: 32, seed: 5}
lr_schedulers:
  decay: {class: ExponentialLR, gamma: 0.9}
policies:
  - lr_scheduler: {instance_name: decay}
    starting_epoch: 0
    ending_epoch: 2
    frequency: 1
`;

interface Said {
  readonly playground: number;
  readonly type: string;
  readonly [key: string]: unknown;
}

/** A page of another origin that embeds the playground and writes down what it hears. */
const hostPage = (src: string): string => `<!doctype html>
<html lang="en"><head><title>A school</title><link rel="icon" href="data:,"></head><body>
<iframe src="${src.replaceAll('&', '&amp;')}" title="Distiller Playground" width="900" height="700"></iframe>
<script>
  window.heard = [];
  addEventListener('message', ({data, source}) => {
    if (source === document.querySelector('iframe').contentWindow) window.heard.push(data);
  });
  window.say = (message) => document.querySelector('iframe').contentWindow.postMessage(message, '*');
</script></body></html>`;

interface HostWindow {
  readonly heard: readonly Said[];
  readonly say: (message: unknown) => void;
}

let server: Server;
let host: string;
let embedded: string;

test.beforeEach(async ({ baseURL }) => {
  embedded = baseURL ?? '';
  server = createServer((request, response) => {
    const src = new URL(request.url ?? '/', 'http://localhost').searchParams.get('src') ?? '';
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(hostPage(src));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

test.afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function openHost(page: Page, query: string, text = schedule): Promise<FrameLocator> {
  const src = `${embedded}embed.html${query}${encodeLink({ text })}`;
  await page.goto(`${host}/?src=${encodeURIComponent(src)}`);
  const frame = page.frameLocator('iframe');
  await expect(frame.getByRole('button', { name: 'Load the experiment' })).toBeVisible();
  return frame;
}

const say = (page: Page, message: object): Promise<void> =>
  page.evaluate((sent) => (globalThis as unknown as HostWindow).say(sent), { playground: 1, ...message } as Record<
    string,
    unknown
  >);

const heard = (page: Page): Promise<readonly Said[]> =>
  page.evaluate(() => (globalThis as unknown as HostWindow).heard);

/** The latest message of a type, once there is one that fits. */
async function hear(page: Page, type: string, fields: Record<string, unknown> = {}): Promise<Said> {
  const find = async (): Promise<Said | undefined> =>
    (await heard(page)).findLast(
      (message) => message.type === type && Object.entries(fields).every(([key, value]) => message[key] === value),
    );
  await expect.poll(find, { timeout: 60_000 }).toBeDefined();
  const found = await find();
  if (found === undefined) throw new Error(`Nothing of type ${type} was heard.`);
  return found;
}

test('nothing heavy is loaded before the reader asks for it', async ({ page }) => {
  const scripts: number[] = [];
  page.on('response', (response) => {
    if (response.url().endsWith('.js')) void response.body().then((body) => scripts.push(body.length));
  });
  const frame = await openHost(page, '');
  await page.waitForLoadState('networkidle');
  expect(scripts.reduce((sum, length) => sum + length, 0)).toBeLessThan(8000);

  await frame.getByRole('button', { name: 'Load the experiment' }).click();
  await expect(frame.getByRole('heading', { name: 'mlp_2d on moons' })).toBeVisible();
  await expect(frame.getByRole('figure', { name: 'Accuracy' })).toBeVisible();
  await frame.getByText('Schedule', { exact: true }).click();
  await expect(frame.getByRole('textbox', { name: 'Schedule text' })).toHaveValue(schedule);
  await frame.getByRole('button', { name: 'Train' }).click();
  await expect(frame.getByRole('status', { name: 'Training status' })).toHaveText(/^Finished/, { timeout: 60_000 });
  expect(await heard(page)).toEqual([]);
});

test('a page of another origin drives the training by messages', async ({ page }) => {
  const frame = await openHost(page, `?origin=${encodeURIComponent(host)}&theme=light&hide=schedule`);
  await say(page, { type: 'train' });
  await say(page, { type: 'hello' });
  await hear(page, 'ready', { loaded: false });
  await say(page, { type: 'dance' });
  await say(page, { type: 'train', playground: 7 });
  await say(page, { type: 'load' });
  await hear(page, 'ready', { loaded: true });
  await expect(frame.getByText('Schedule', { exact: true })).toHaveCount(0);
  await expect(frame.locator('html')).toHaveAttribute('data-theme', 'light');
  await say(page, { type: 'setTheme', theme: 'dark' });
  await expect(frame.locator('html')).toHaveAttribute('data-theme', 'dark');
  expect((await heard(page)).some(({ type }) => type === 'progress')).toBe(false);

  await say(page, { type: 'train' });
  await hear(page, 'progress', { status: 'training' });
  const end = await hear(page, 'finished');
  expect(end).toMatchObject({ playground: 1, ok: true, seed: 5, sparsity: 0 });
  expect(end['accuracy']).toBeGreaterThan(0.5);
  expect((await hear(page, 'resized'))['height']).toBeGreaterThan(200);

  await say(page, { type: 'load', link: encodeLink({ text: schedule.replace('moons', 'circles') }) });
  await expect(frame.getByRole('heading', { name: 'mlp_2d on circles' })).toBeVisible();
  await say(page, { type: 'load', link: encodeLink({ text: 'training: {model: nothing}\n' }) });
  await say(page, { type: 'train' });
  await hear(page, 'finished', { ok: false, reason: 'blocked' });
});

test('a running training is paused, resumed and stopped by messages', async ({ page }) => {
  await openHost(page, '', schedule.replace('epochs: 2', 'epochs: 1000'));
  await say(page, { type: 'hello' });
  await say(page, { type: 'train' });
  await hear(page, 'progress', { status: 'training' });
  await say(page, { type: 'pause' });
  await hear(page, 'progress', { status: 'paused' });
  await say(page, { type: 'resume' });
  await say(page, { type: 'stop' });
  await hear(page, 'finished', { ok: false, reason: 'stopped' });
});

test('an origin that the address does not name is not heard', async ({ page }) => {
  const frame = await openHost(page, `?origin=${encodeURIComponent('https://school.example')}`);
  await say(page, { type: 'hello' });
  await say(page, { type: 'load' });
  // The reader's own press goes through the same queue: whatever the host said has been dealt with by then.
  await frame.getByRole('button', { name: 'Load the experiment' }).click();
  await expect(frame.getByRole('button', { name: 'Train' })).toBeVisible();
  await say(page, { type: 'train' });
  await expect(frame.getByRole('status', { name: 'Training status' })).toHaveText('Ready: 2 epochs of 8 steps');
  expect(await heard(page)).toEqual([]);
});

test('the folder embed/ leads to the same page, and the way to the playground keeps the experiment', async ({
  page,
}) => {
  const hash = encodeLink({ text: schedule });
  await page.goto(`${embedded}embed/?theme=dark${hash}`);
  await expect(page).toHaveURL(`${embedded}embed.html?theme=dark${hash}`);
  await expect(page.getByRole('heading', { name: 'mlp_2d on moons' })).toBeVisible();
  const [playground] = await Promise.all([
    page.waitForEvent('popup'),
    page.getByRole('link', { name: 'Open in the playground' }).click(),
  ]);
  await expect(playground.getByRole('status', { name: 'Training status' })).toHaveText('Ready: 2 epochs of 8 steps');
});

test('a link cut short shows its reason, and no empty charts', async ({ page }) => {
  await page.goto(`${embedded}embed.html${encodeLink({ text: schedule }).slice(0, -7)}`);
  await expect(page.getByRole('list', { name: 'About this link' })).toHaveText(/incomplete or was changed on its way/);
  await expect(page.getByRole('figure')).toHaveCount(0);
  await expect(page.getByText('Schedule', { exact: true })).toHaveCount(0);
});

for (const theme of ['dark', 'light'] as const) {
  test(`the embedded page has no accessibility violation, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.setViewportSize({ width: 600, height: 760 });
    const options = { claim: { accuracy: 0.9, sparsity: 0, seed: 5, backend: 'webgpu', tolerance: 0.01 } } as const;
    await page.goto(`${embedded}embed.html?theme=${theme}${encodeLink({ text: schedule, ...options })}`);
    await expect(page.getByRole('figure', { name: 'Sparsity' })).toBeVisible();
    await page.getByText('Schedule', { exact: true }).click();
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
  });
}
