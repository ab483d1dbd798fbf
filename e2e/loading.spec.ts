import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { APIRequestContext } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { Workbench } from './pages/workbench.ts';

/** Strings that only the heavy libraries bring along. */
const heavyLibraries = { Monaco: 'monaco-editor', Recharts: 'recharts-', 'TensorFlow.js': 'WEBGPU_CPU_FORWARD' };

/** The page's own script and everything that it imports without asking, as the browser must load it before the first line runs. */
async function firstScripts(request: APIRequestContext, pageUrl: string): Promise<Map<string, string>> {
  const html = await (await request.get(pageUrl)).text();
  const queue = [...html.matchAll(/(?:src|href)="([^"]+\.js)"/g)].map(([, path = '']) => new URL(path, pageUrl).href);
  const scripts = new Map<string, string>();
  for (let url = queue.pop(); url !== undefined; url = queue.pop()) {
    if (scripts.has(url)) continue;
    const text = await (await request.get(url)).text();
    scripts.set(url, text);
    queue.push(...importsOf(text).map((path) => new URL(path, url).href));
  }
  return scripts;
}

function importsOf(script: string): readonly string[] {
  return [...script.matchAll(/(?:\bfrom|\bimport)\s*["'](\.[^"']+\.js)["']/g)].map(([, path = '']) => path);
}

test('the first scripts hold neither editor, charts nor TensorFlow.js', async ({ request, baseURL }) => {
  const scripts = await firstScripts(request, baseURL ?? '');
  const text = [...scripts.values()].join('\n');

  expect(scripts.size).toBeGreaterThan(0);
  for (const [library, mark] of Object.entries(heavyLibraries)) {
    expect(text.includes(mark), `${library} is among the first scripts`).toBe(false);
  }
});

test('the first scripts are small enough for two seconds of a cold load', async ({ request, baseURL }) => {
  const scripts = await firstScripts(request, baseURL ?? '');
  const bytes = [...scripts.values()].reduce((sum, text) => sum + gzipSync(text).length, 0);

  expect(bytes).toBeLessThan(400 * 1024);
});

test('no scripts import each other in a circle', async () => {
  // Which one of a circle runs first hangs on which comes first over the line, and the other may miss what it needs.
  const folder = join(import.meta.dirname, '../dist/assets');
  const imports = new Map<string, readonly string[]>();
  for (const name of (await readdir(folder)).filter((file) => file.endsWith('.js'))) {
    const text = await readFile(join(folder, name), 'utf8');
    imports.set(
      name,
      importsOf(text).map((path) => path.replace('./', '')),
    );
  }
  expect(imports.size).toBeGreaterThan(20);
  // Whoever imports nothing that is left cannot be in a circle.
  for (let left = 0; left !== imports.size; ) {
    left = imports.size;
    for (const [name, paths] of imports) if (!paths.some((path) => imports.has(path))) imports.delete(name);
  }
  expect([...imports.keys()]).toEqual([]);
});

test('text, recipe and Train are useful before anything heavy has come', async ({ page, baseURL }) => {
  const first = await firstScripts(page.request, baseURL ?? '');
  // What is not among the first scripts never arrives: a cold cache on the slowest line.
  await page.route('**/*.js', (route) => (first.has(route.request().url()) ? route.continue() : undefined));
  const workbench = new Workbench(page);
  await workbench.open();

  await expect(workbench.editor).toHaveValue(/AutomatedGradualPruner/);
  await workbench.choose('Recipe', 'The yardstick');
  await expect(workbench.editor).not.toHaveValue(/AutomatedGradualPruner/);
  await expect(workbench.button('Train')).toBeEnabled();
});
