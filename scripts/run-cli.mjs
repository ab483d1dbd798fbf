// @ts-check
// npm run train|check|conformance -- ARGUMENTS: bundles src/cli/NAME.ts with Vite, so that Node 20, which knows no TypeScript and no
// import.meta.glob, runs the very code of the page. The bundle is kept and made anew only when a source is newer.
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  cacheFolder,
  checkNodeVersion,
  ensureInstalled,
  fail,
  isCurrent,
  fingerprint,
  projectRoot,
  say,
  writeStamp,
} from './project.mjs';

const inputs = ['src', 'scripts', 'package-lock.json'];
const name = process.argv[2] ?? '';
const entry = join(projectRoot, 'src', 'cli', `${name}.ts`);
if (!/^[a-z-]+$/.test(name) || !existsSync(entry)) fail(`There is no command "${name}" in src/cli.`);

checkNodeVersion();
await ensureInstalled();
const bundle = join(cacheFolder, 'cli', name, `${name}.mjs`);
if (!existsSync(bundle) || !isCurrent(`cli-${name}`, inputs)) await makeBundle();

// The bundle lies elsewhere than its sources; and npm changes to the root, while file names are meant from where npm was called.
process.env.PLAYGROUND_ROOT = projectRoot;
const calledFrom = process.env.npm_lifecycle_event === name ? process.env.INIT_CWD : undefined;
if (calledFrom !== undefined && existsSync(calledFrom)) process.chdir(calledFrom);
process.argv.splice(1, 2, entry);
await import(pathToFileURL(bundle).href);

async function makeBundle() {
  const stamp = fingerprint(inputs);
  const { build } = await import('vite');
  mkdirSync(join(cacheFolder, 'cli'), { recursive: true });
  const folder = mkdtempSync(join(cacheFolder, 'cli-'));
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
        outDir: folder,
        emptyOutDir: true,
        minify: false,
        rolldownOptions: {
          input: { [name]: entry },
          output: { entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
        },
      },
    });
    const target = join(cacheFolder, 'cli', name);
    rmSync(target, { recursive: true, force: true });
    renameSync(folder, target);
    writeStamp(`cli-${name}`, stamp);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    say(error instanceof Error ? error.message : String(error));
    fail(`src/cli/${name}.ts could not be bundled.`);
  }
}
