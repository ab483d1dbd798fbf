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

/**
 * Screens beside the first one, and how they are reached and left. `tab` is that of the narrow layout.
 *
 * @type {readonly {name: string, tab?: string, detail?: string, region?: string, button?: string, close?: string}[]}
 */
const screens = [
  { name: 'watch', tab: 'Watch' },
  { name: 'inspect', tab: 'Layers', detail: 'Inspect', region: 'Inspect' },
  { name: 'analyses', tab: 'Layers', detail: 'Analyses', region: 'Analyses' },
  { name: 'cost', tab: 'Layers', detail: 'Cost', region: 'Cost' },
  { name: 'try-it', tab: 'Layers', region: 'Try it', button: 'Open Try it', close: 'Fold Try it' },
  { name: 'runs', tab: 'Runs', region: 'Runs' },
  { name: 'learn', tab: 'Write', button: 'Learn', close: 'Close the lessons' },
  { name: 'recipes', tab: 'Write', button: 'Recipes', close: 'Close' },
  { name: 'share', button: 'Share', close: 'Close' },
  { name: 'reference', button: 'Help', close: 'Close' },
];

const unknown = names.filter((name) => !screens.some((screen) => screen.name === name));
if (unknown.length > 0)
  fail(`No screen is called ${unknown.join(', ')}. There are ${screens.map(({ name }) => name).join(', ')}.`);
const visited = options.all ? screens.filter(({ name }) => names.length === 0 || names.includes(name)) : [];

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
  await train(page);
  mkdirSync(folder, { recursive: true });
  for (const [width, height] of sizes) {
    await page.setViewportSize({ width, height });
    if (names.length === 0) await photograph(page, '');
    for (const screen of visited) await visit(page, screen);
  }
} finally {
  await browser.close();
  await server.close();
}

/** @param {import('playwright-core').Page} page */
async function train(page) {
  await page.getByRole('combobox', { name: 'Recipe' }).click();
  await page.getByRole('option', { name: options.recipe }).first().click();
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  const status = page.getByRole('status', { name: 'Training status' });
  await status.filter({ hasText: /Finished|Failed/ }).waitFor({ timeout: runTimeoutMs });
  say((await status.textContent()) ?? '');
}

/**
 * @param {import('playwright-core').Page} page
 * @param {typeof screens[number]} screen
 */
async function visit(page, { name, tab, detail, region, button, close }) {
  for (const label of [tab, detail]) await pressIfThere(page.getByRole('tab', { name: label ?? '-', exact: true }));
  await pressIfThere(page.getByRole('button', { name: button ?? '-', exact: true }));
  const part = page.getByRole('region', { name: region ?? '-', exact: true });
  if (await part.first().isVisible()) await part.first().scrollIntoViewIfNeeded();
  await photograph(page, `${name}-`);
  await pressIfThere(page.getByRole('button', { name: close ?? '-', exact: true }));
}

/** @param {import('playwright-core').Locator} control Not every layout has it. */
async function pressIfThere(control) {
  if (await control.first().isVisible()) await control.first().click();
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
