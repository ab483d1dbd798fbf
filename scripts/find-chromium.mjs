// @ts-check
// Finds a Chromium for the tests and the command line, or installs one. Prints its path when run by itself.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cacheFolder, fail, projectRoot, runTool, say } from './project.mjs';

/** WebGPU in a headless browser on a machine without a GPU; harmless where there is one. */
export const webGpuFlags = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const variables = ['CHROMIUM_PATH', 'PLAYWRIGHT_CHROMIUM_EXECUTABLE'];
const commands = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];

/** @type {Partial<Record<NodeJS.Platform, string[]>>} */
const usualPlaces = {
  linux: ['/usr/bin/chromium', '/usr/lib/chromium/chromium', '/opt/google/chrome/chrome', '/snap/bin/chromium'],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA].flatMap((base) =>
    base === undefined
      ? []
      : [join(base, 'Google/Chrome/Application/chrome.exe'), join(base, 'Microsoft/Edge/Application/msedge.exe')],
  ),
};

/**
 * How each package manager installs a Chromium.
 * @type {readonly {readonly tool: string, readonly asRoot: boolean, readonly steps: readonly (readonly string[])[]}[]}
 */
const packageManagers = [
  { tool: 'apt-get', asRoot: true, steps: [['update'], ['install', '-y', '--no-install-recommends', 'chromium']] },
  { tool: 'dnf', asRoot: true, steps: [['install', '-y', 'chromium']] },
  { tool: 'apk', asRoot: true, steps: [['add', 'chromium']] },
  { tool: 'pacman', asRoot: true, steps: [['-Sy', '--noconfirm', 'chromium']] },
  { tool: 'brew', asRoot: false, steps: [['install', '--cask', 'chromium']] },
];

/**
 * @returns {Promise<string>} the path of a Chromium that starts; the program ends with a remedy if there is none
 */
export async function findOrInstallChromium() {
  const found = await findChromium();
  if (found !== undefined) return found;
  say('No Chromium, Chrome or Edge was found: installing one.');
  const installed = (await installWithPlaywright()) ?? (await installWithPackageManager());
  if (installed !== undefined) return installed;
  return fail(
    'No Chromium could be installed. Install Chromium or Chrome yourself, or set CHROMIUM_PATH to the path of one, and try again.',
  );
}

/** @returns {Promise<string | undefined>} */
export async function findChromium() {
  for (const variable of variables) {
    const path = process.env[variable];
    if (path === undefined || path === '') continue;
    if (starts(path)) return path;
    fail(`${variable} is ${path}, which does not start as a browser: correct it or unset it.`);
  }
  const candidates = [
    ...commands.flatMap(which),
    ...(usualPlaces[process.platform] ?? []),
    ...(await playwrightsOwn()),
  ];
  return candidates.find((path) => existsSync(path) && starts(path));
}

/** @param {string} command @returns {string[]} */
function which(command) {
  const finder = process.platform === 'win32' ? 'where' : 'which';
  const { status, stdout } = spawnSync(finder, [command], { encoding: 'utf8' });
  return status === 0 ? stdout.trim().split(/\r?\n/).slice(0, 1) : [];
}

/** @returns {Promise<string[]>} empty before `npm ci`, or if Playwright knows no browser for this system */
async function playwrightsOwn() {
  try {
    const { chromium } = await import('playwright-core');
    return [chromium.executablePath()];
  } catch {
    return [];
  }
}

/**
 * Whether the browser starts without a window. The answer is kept, as it takes a second to find out.
 * @param {string} path
 */
function starts(path) {
  if (!existsSync(path)) return false;
  const memory = join(cacheFolder, 'chromium.json');
  const key = `${path} ${statSync(path).mtimeMs}`;
  if (existsSync(memory) && JSON.parse(readFileSync(memory, 'utf8')).starts === key) return true;
  const profile = mkdtempSync(join(tmpdir(), 'playground-chromium-'));
  const args = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    `--user-data-dir=${profile}`,
    '--dump-dom',
    'about:blank',
  ];
  const { status, error } = spawnSync(path, args, { encoding: 'utf8', timeout: 60_000, killSignal: 'SIGKILL' });
  rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  if (status !== 0) {
    say(`${path} does not start${error === undefined ? '' : ` (${error.message})`}: looking further.`);
    return false;
  }
  mkdirSync(dirname(memory), { recursive: true });
  writeFileSync(memory, JSON.stringify({ starts: key }));
  return true;
}

/** @returns {Promise<string | undefined>} */
async function installWithPlaywright() {
  say('Trying Playwright’s own installer (playwright install chromium) ...');
  const withSystemLibraries = process.platform === 'linux' && isRoot() ? ['--with-deps'] : [];
  const code = await runTool('playwright-core/cli.js', ['install', ...withSystemLibraries, 'chromium']);
  if (code !== 0) say('Playwright’s installer did not succeed.');
  return findChromium();
}

/** @returns {Promise<string | undefined>} */
async function installWithPackageManager() {
  const manager = packageManagers.find(({ tool }) => which(tool).length > 0);
  if (manager === undefined) return undefined;
  const prefix = manager.asRoot && !isRoot() ? ['sudo'] : [];
  if (prefix.length > 0 && which('sudo').length === 0) {
    say(`Installing Chromium with ${manager.tool} needs root rights, and there is no sudo.`);
    return undefined;
  }
  for (const step of manager.steps) {
    const line = [...prefix, manager.tool, ...step];
    say(`Running ${line.join(' ')} ...`);
    try {
      const [command = '', ...args] = line;
      const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
      execFileSync(command, args, { cwd: projectRoot, env, stdio: ['inherit', 2, 2] });
    } catch {
      say(`${manager.tool} did not succeed.`);
      return undefined;
    }
  }
  return findChromium();
}

function isRoot() {
  return process.getuid?.() === 0;
}

if (process.argv[1]?.endsWith('find-chromium.mjs')) console.log(await findOrInstallChromium());
