// @ts-check
// Bundles TypeScript of src with Vite, so that Node 20, which knows no TypeScript and no import.meta.glob, runs the very code
// of the page.
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheFolder, fail, projectRoot, say } from './project.mjs';

/**
 * Makes a folder with `NAME.mjs` and what it imports, in the place of what was there.
 * @param {{name: string, entry: string, folder: string}} what
 */
export async function bundle({ name, entry, folder }) {
  const { build } = await import('vite');
  mkdirSync(cacheFolder, { recursive: true });
  const made = mkdtempSync(join(cacheFolder, 'bundle-'));
  try {
    await build({
      root: projectRoot,
      configFile: false,
      logLevel: 'error',
      publicDir: false,
      // Bundled packages start faster than a hundred files do; Playwright and the WebGPU addon load files of their own.
      ssr: { noExternal: true, external: ['playwright-core', 'webgpu'] },
      build: {
        ssr: true,
        target: 'node20',
        outDir: made,
        emptyOutDir: true,
        minify: false,
        rolldownOptions: {
          input: { [name]: entry },
          output: { entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
        },
      },
    });
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(dirname(folder), { recursive: true });
    renameSync(made, folder);
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    say(error instanceof Error ? error.message : String(error));
    fail(`${entry} could not be bundled.`);
  }
}
