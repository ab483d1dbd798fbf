// @ts-check
// npm run screenshots: trains one recipe on the production build and photographs the page into docs/screenshots.
//   --recipe TITLE   another entry of the Recipe list
//   --out FOLDER     another folder
//   --all            every screen in every size and theme, for looking through; into screenshots/ unless --out says otherwise
//   NAME ...         with --all: only these screens
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findOrInstallChromium, webGpuFlags } from './find-chromium.mjs';
import { checkNodeVersion, ensureBuilt, ensureInstalled, fail, projectRoot, say } from './project.mjs';
import { leave, reach, screens, write, wrongSchedule } from './screens.mjs';
import { serveFolder } from './static-server.mjs';

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    recipe: { type: 'string', default: 'Fewer weights with fewer bits' },
    out: { type: 'string' },
    all: { type: 'boolean', default: false },
  },
});
const folder = options.out ?? join(projectRoot, ...(options.all ? ['screenshots'] : ['docs', 'screenshots']));

/** A slow machine without a GPU needs minutes for a run. */
const runTimeoutMs = 30 * 60_000;

const themes = /** @type {const} */ (['dark', 'light']);
const sizes = /** @type {const} */ ([
  [1440, 1000],
  [1024, 900],
  [360, 780],
]);

const all = [...screens.map(({ name }) => name), 'embed'];
const unknown = names.filter((name) => !all.includes(name));
if (unknown.length > 0) fail(`No screen is called ${unknown.join(', ')}. There are ${all.join(', ')}.`);
/** @param {string} name */
const isWanted = (name) => options.all && (names.length === 0 || names.includes(name));
const visited = screens.filter(({ name }) => isWanted(name));

checkNodeVersion();
await ensureInstalled();
await ensureBuilt();
const executablePath = await findOrInstallChromium();
const server = await serveFolder(join(projectRoot, 'dist'));
const { chromium } = await import('playwright-core');
const browser = await chromium.launch({ executablePath, args: [...webGpuFlags] });
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 1000 }, colorScheme: 'dark' });
  page.on('pageerror', (error) => say(`The page threw: ${error.message}`));
  await page.goto(server.url);
  mkdirSync(folder, { recursive: true });
  await train(page, options.recipe);
  await inEachSize(page, async () => {
    if (names.length === 0) await photograph(page, '');
    await visit(page, undefined);
  });
  if (isWanted('embed')) await photographEmbed(page);
  if (visited.some(({ run }) => run === 'points')) {
    await train(page, 'Two bits you can see');
    await inEachSize(page, () => visit(page, 'points'));
  }
  if (visited.some(({ run }) => run === 'wrong')) {
    await write(page, wrongSchedule);
    await inEachSize(page, () => visit(page, 'wrong'));
  }
} finally {
  await browser.close();
  await server.close();
}

/**
 * @param {import('playwright-core').Page} page
 * @param {string} recipe
 */
async function train(page, recipe) {
  await page.setViewportSize({ width: 1440, height: 1000 });
  await page.getByRole('combobox', { name: 'Recipe' }).click();
  await page.getByRole('option', { name: recipe, exact: true }).first().click();
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  const status = page.getByRole('status', { name: 'Training status' });
  await status.filter({ hasText: /Finished|Failed/ }).waitFor({ timeout: runTimeoutMs });
  say((await status.textContent()) ?? '');
}

/**
 * @param {import('playwright-core').Page} page
 * @param {() => Promise<void>} look
 */
async function inEachSize(page, look) {
  for (const [width, height] of sizes) {
    await page.setViewportSize({ width, height });
    await look();
  }
  await page.setViewportSize({ width: 1440, height: 1000 });
}

/**
 * @param {import('playwright-core').Page} page
 * @param {import('./screens.mjs').Screen['run']} run
 */
async function visit(page, run) {
  for (const screen of visited.filter((one) => one.run === run)) {
    if (await reach(page, screen)) await photograph(page, `${screen.name}-`);
    await leave(page, screen);
  }
}

/** The run's schedule as other pages embed it, by the link that Share gives. @param {import('playwright-core').Page} page */
async function photographEmbed(page) {
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  const link = await page.getByRole('textbox', { name: 'Link' }).inputValue();
  await page.keyboard.press('Escape');
  const embedded = await browser.newPage();
  await embedded.goto(new URL(`embed.html${new URL(link).hash}`, server.url).href);
  await embedded.getByRole('figure', { name: 'Sparsity' }).waitFor();
  await inEachSize(embedded, () => photograph(embedded, 'embed-'));
  await embedded.close();
}

/**
 * In both themes.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} prefix
 */
async function photograph(page, prefix) {
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.waitForLoadState('networkidle');
    await page.evaluate(() => document.fonts.ready);
    // Two frames: one to lay out at the new size, one to draw the charts at it; then one for each chart's turn.
    for (let frame = 0; frame < 10; frame++)
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    const path = join(folder, `${prefix}${colorScheme}-${page.viewportSize()?.width}.png`);
    await page.screenshot({ path });
    say(path);
  }
}
