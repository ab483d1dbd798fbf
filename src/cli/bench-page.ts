import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { type ThreadReport, watchThread } from './bench-page/page-thread.ts';
import { type BuiltPage, openBuiltPage } from './browser.ts';

const usage = `Usage: npm run bench:page [-- --json FILE]

Opens the production build in a headless Chromium and measures what a reader feels: milliseconds until the page can be used,
tasks of the page's thread while a network trains and while a bar of the timeline is dragged, and the frames of that drag.
`;

/** Small and quick: dozens of epochs to show in a few seconds are harder for the page than a large network is. */
const schedule = `version: 1
training: {model: mlp_2d, dataset: moons, epochs: 30}
pruners:
  gradual: {class: AutomatedGradualPruner, initial_sparsity: 0.05, final_sparsity: 0.9, weights: [fc1.weight, fc2.weight]}
policies:
  - pruner: {instance_name: gradual}
    starting_epoch: 4
    ending_epoch: 20
    frequency: 1
`;
const moves = 120;

interface PageRecord {
  readonly browser: string;
  /** From the request to a Train button that can be pressed. */
  readonly usableMs: number;
  readonly training: ThreadReport;
  readonly drag: ThreadReport & { readonly frameMs: { readonly median: number; readonly p95: number } };
}

const { values: options } = parseArgs({
  options: { json: { type: 'string' }, help: { type: 'boolean', default: false } },
});
if (options.help) console.log(usage);
else await main();

async function main(): Promise<void> {
  const built = await openBuiltPage();
  try {
    const record = await measure(built);
    for (const line of linesOf(record)) console.log(line);
    if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(record, null, 2)}\n`);
  } finally {
    await built.close();
  }
}

async function measure({ page, url, browser }: BuiltPage): Promise<PageRecord> {
  await page.setViewportSize({ width: 1440, height: 1000 });
  const usableMs = await untilUsable(page, url);
  await page.locator('.monaco-editor').first().waitFor();
  await write(page, schedule);
  const controller = page.context().browser();
  if (controller === null) throw new Error('The page has no browser of its own');
  let frames: readonly number[] = [];
  const dragging = await watchThread(controller, page, async () => {
    frames = await drag(page);
  });
  const training = await watchThread(controller, page, () => train(page));
  return { browser, usableMs, training, drag: { ...dragging, frameMs: summary(frames) } };
}

/** With a cold cache: a new context has none. */
async function untilUsable(page: Page, url: string): Promise<number> {
  await page.goto('about:blank');
  const beginMs = performance.now();
  await page.goto(url, { waitUntil: 'commit' });
  await page.getByRole('button', { name: 'Train', exact: true }).waitFor();
  return performance.now() - beginMs;
}

async function write(page: Page, text: string): Promise<void> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
  await page.getByRole('textbox', { name: 'Schedule text' }).focus();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.press('ControlOrMeta+V');
}

/** Moves the bar to and fro. @returns Milliseconds of each frame. */
async function drag(page: Page): Promise<readonly number[]> {
  const lane = page.getByRole('region', { name: 'Timeline' }).getByRole('slider', { name: /^gradual,/ });
  const box = await lane.boundingBox();
  if (box === null) throw new Error('The timeline is not on the screen');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 3];
  await page.mouse.move(x, y);
  await page.mouse.down();
  const counting = await page.evaluateHandle(() => {
    const times: number[] = [];
    const count = (ms: number): void => {
      times.push(ms);
      requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
    return times;
  });
  for (let move = 0; move < moves; move++) await page.mouse.move(x + (box.width / 4) * Math.sin(move / 8), y);
  const times = await counting.jsonValue();
  await page.mouse.up();
  return times.slice(1).map((ms, index) => ms - (times[index] ?? ms));
}

async function train(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  const status = page.getByRole('status', { name: 'Training status' });
  await status.filter({ hasText: /Finished|Failed/ }).waitFor({ timeout: 300_000 });
}

function summary(frames: readonly number[]): PageRecord['drag']['frameMs'] {
  const sorted = frames.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
  return { median: at(0.5), p95: at(0.95) };
}

function linesOf({ browser, usableMs, training, drag: dragged }: PageRecord): readonly string[] {
  const thread = ({ tasks, longestMs, over50, over100 }: ThreadReport): string =>
    `longest task ${longestMs.toFixed(0)} ms, ${over50} over 50 ms and ${over100} over 100 ms of ${tasks}`;
  return [
    browser,
    `usable after  ${usableMs.toFixed(0)} ms`,
    `training      ${thread(training)}`,
    `dragging      ${thread(dragged)}`,
    `              a frame in ${dragged.frameMs.median.toFixed(1)} ms, 95 % within ${dragged.frameMs.p95.toFixed(1)} ms`,
  ];
}
