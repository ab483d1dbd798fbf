// @ts-check
// npm run train|check|conformance -- ARGUMENTS: bundles src/cli/NAME.ts and runs it. The bundle is kept and made anew only when a source is newer.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle } from './bundle.mjs';
import {
  cacheFolder,
  checkNodeVersion,
  ensureInstalled,
  fail,
  isCurrent,
  fingerprint,
  projectRoot,
  writeStamp,
} from './project.mjs';

const inputs = ['src', 'scripts', 'package-lock.json'];
const name = process.argv[2] ?? '';
const entry = join(projectRoot, 'src', 'cli', `${name}.ts`);
if (!/^[a-z-]+$/.test(name) || !existsSync(entry)) fail(`There is no command "${name}" in src/cli.`);

checkNodeVersion();
await ensureInstalled();
const program = join(cacheFolder, 'cli', name, `${name}.mjs`);
if (!existsSync(program) || !isCurrent(`cli-${name}`, inputs)) await makeBundle();

// The bundle lies elsewhere than its sources; and npm changes to the root, while file names are meant from where npm was called.
process.env.PLAYGROUND_ROOT = projectRoot;
const calledFrom = process.env.npm_lifecycle_event === name ? process.env.INIT_CWD : undefined;
if (calledFrom !== undefined && existsSync(calledFrom)) process.chdir(calledFrom);
process.argv.splice(1, 2, entry);
await import(pathToFileURL(program).href);

async function makeBundle() {
  const stamp = fingerprint(inputs);
  await bundle({ name, entry, folder: join(cacheFolder, 'cli', name) });
  writeStamp(`cli-${name}`, stamp);
}
