// @ts-check
// What every script needs to know about this checkout. Uses Node's own modules only: it runs before anything is installed.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the checkout. The environment variable is set for bundled command-line programs, which lie elsewhere. */
export const projectRoot = process.env.PLAYGROUND_ROOT ?? dirname(dirname(fileURLToPath(import.meta.url)));

/** Everything that the scripts derive and may delete at any time. */
export const cacheFolder = join(projectRoot, '.cache');

/** What the production build is made of. */
const buildInputs = [
  ...['src', 'public', 'index.html', 'headless.html'],
  ...['vite.config.ts', 'scripts/lean-methods.mjs', 'scripts/lean-tensorflow.mjs', 'package-lock.json'],
];

/** @param {string} message */
export function say(message) {
  console.error(message);
}

/** Ends the program with a sentence and a remedy instead of a stack trace. @param {string} message @returns {never} */
export function fail(message) {
  say(message);
  process.exit(1);
}

export function checkNodeVersion() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const recent = major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);
  if (!recent)
    fail(`Node ${process.versions.node} is too old: use 20.19 or later, or 22.12 or later (https://nodejs.org).`);
}

/**
 * Runs a program with its output on this terminal.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{env?: NodeJS.ProcessEnv, quiet?: boolean}} [options] `quiet` shows the output only if the program fails.
 * @returns {Promise<number>} the exit code; 127 if the program does not exist
 */
export function run(command, args, { env = process.env, quiet = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: projectRoot, env, stdio: quiet ? 'pipe' : ['inherit', 2, 2] });
    /** @type {Buffer[]} */
    const output = [];
    child.stdout?.on('data', (chunk) => output.push(chunk));
    child.stderr?.on('data', (chunk) => output.push(chunk));
    child.on('error', () => resolve(127));
    child.on('close', (code) => {
      if (quiet && code !== 0) process.stderr.write(Buffer.concat(output));
      resolve(code ?? 1);
    });
  });
}

/**
 * Runs a tool of node_modules by its script, which works alike on Linux, macOS and Windows.
 * @param {string} script path below node_modules
 * @param {readonly string[]} args
 * @param {{env?: NodeJS.ProcessEnv, quiet?: boolean}} [options]
 */
export function runTool(script, args, options) {
  return run(process.execPath, [join(projectRoot, 'node_modules', script), ...args], options);
}

/** Installs the packages of the lock file, unless they are there already. */
export async function ensureInstalled() {
  if (isInstalled()) return;
  say('Installing packages (npm ci) ...');
  const npm = process.env.npm_execpath;
  const code = npm
    ? await run(process.execPath, [npm, 'ci', '--no-audit', '--no-fund'])
    : await run(process.platform === 'win32' ? 'npm.cmd' : 'npm', ['ci', '--no-audit', '--no-fund']);
  if (code !== 0) fail('npm ci failed; its message above says why. A network connection is needed the first time.');
}

/** Compares what npm noted when it installed with the lock file, as times say little after a checkout. */
function isInstalled() {
  const installed = packagesOf(join(projectRoot, 'node_modules', '.package-lock.json'));
  const wanted = packagesOf(join(projectRoot, 'package-lock.json'));
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || optional || installed[path]?.version === version,
  );
}

/** @param {string} lockFile @returns {Record<string, {version?: string, optional?: boolean}>} */
function packagesOf(lockFile) {
  return existsSync(lockFile) ? JSON.parse(readFileSync(lockFile, 'utf8')).packages : {};
}

/** Makes the production build in `dist`, unless it is newer than everything it is made of. */
export async function ensureBuilt() {
  if (isCurrent('build', buildInputs) && existsSync(join(projectRoot, 'dist', 'index.html'))) return;
  say('Building the page ...');
  await build();
}

export async function build({ quiet = true } = {}) {
  const stamp = fingerprint(buildInputs);
  const code = await runTool('vite/bin/vite.js', ['build'], { quiet });
  if (code !== 0) fail('The build failed; its message above says why.');
  writeStamp('build', stamp);
}

/**
 * Whether the inputs are those that the stamp of this name was written for.
 * @param {string} name
 * @param {readonly string[]} inputs files or folders below the root
 */
export function isCurrent(name, inputs) {
  const file = stampFile(name);
  return existsSync(file) && readFileSync(file, 'utf8') === fingerprint(inputs);
}

/** @param {string} name @param {string} stamp */
export function writeStamp(name, stamp) {
  mkdirSync(cacheFolder, { recursive: true });
  writeFileSync(stampFile(name), stamp);
}

/**
 * A hash over the names, sizes and times of all files below the inputs: it notices deleted files too.
 * @param {readonly string[]} inputs
 */
export function fingerprint(inputs) {
  const hash = createHash('sha256');
  for (const input of inputs) addToHash(hash, join(projectRoot, input));
  return hash.digest('hex');
}

/** @param {import('node:crypto').Hash} hash @param {string} path */
function addToHash(hash, path) {
  if (!existsSync(path)) return;
  const stats = statSync(path);
  if (stats.isDirectory()) {
    for (const name of readdirSync(path).sort()) addToHash(hash, join(path, name));
    return;
  }
  hash.update(`${path} ${stats.size} ${stats.mtimeMs}\n`);
}

/** @param {string} name */
function stampFile(name) {
  return join(cacheFolder, `${name}.stamp`);
}
