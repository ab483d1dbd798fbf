// @ts-check
// npm run screenshots: trains one recipe on the production build and photographs the page into docs/screenshots.
//   --recipe TITLE   another entry of the Recipe list
//   --out FOLDER     another folder
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findOrInstallChromium, webGpuFlags } from './find-chromium.mjs';
import { checkNodeVersion, ensureBuilt, ensureInstalled, projectRoot, say } from './project.mjs';
import { serveFolder } from './static-server.mjs';

const { values: options } = parseArgs({
  options: {
    recipe: { type: 'string', default: 'Fewer weights with fewer bits' },
    out: { type: 'string', default: join(projectRoot, 'docs', 'screenshots') },
  },
});

/** A slow machine without a GPU needs minutes for a run. */
const runTimeoutMs = 30 * 60_000;

/** @type {readonly {name: string, colorScheme: 'dark' | 'light', width: number, height: number}[]} */
const pictures = [
  { name: 'dark-1440', colorScheme: 'dark', width: 1440, height: 1000 },
  { name: 'light-1440', colorScheme: 'light', width: 1440, height: 1000 },
  { name: 'dark-1024', colorScheme: 'dark', width: 1024, height: 900 },
  { name: 'dark-360', colorScheme: 'dark', width: 360, height: 780 },
  { name: 'light-360', colorScheme: 'light', width: 360, height: 780 },
];

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
  mkdirSync(options.out, { recursive: true });
  for (const picture of pictures) await photograph(page, picture);
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
 * @param {typeof pictures[number]} picture
 */
async function photograph(page, { name, colorScheme, width, height }) {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.setViewportSize({ width, height });
  await page.evaluate(() => document.fonts.ready);
  // Two frames: one to lay out at the new size, one to draw the charts at it.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  const path = join(options.out, `${name}.png`);
  await page.screenshot({ path });
  say(path);
}
