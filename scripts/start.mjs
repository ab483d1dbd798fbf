// @ts-check
// npm start: everything that a fresh checkout needs, then the page on a local address.
//   --no-open   leave the browser alone (also: NO_OPEN=1, CI, or no display)
//   --port N    the first port to try (default 4173, also: PORT)
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkNodeVersion, ensureBuilt, ensureInstalled, fail, projectRoot, say } from './project.mjs';
import { serveFolder } from './static-server.mjs';

const { values: options } = parseArgs({
  options: {
    'no-open': { type: 'boolean', default: false },
    port: { type: 'string', default: process.env.PORT ?? '4173' },
  },
});

const port = Number(options.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535)
  fail(`--port takes a number from 0 to 65535, got ${options.port}.`);

checkNodeVersion();
await ensureInstalled();
await ensureBuilt();
const { url } = await serveFolder(join(projectRoot, 'dist'), { port });
console.log(`Distiller Playground is at ${url}  (Ctrl+C ends it)`);
if (!options['no-open'] && hasBrowser()) openBrowser(url);

function hasBrowser() {
  if (process.env.CI || process.env.NO_OPEN) return false;
  if (process.platform === 'darwin' || process.platform === 'win32') return true;
  return Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);
}

/** @param {string} address */
function openBrowser(address) {
  /** @type {Partial<Record<NodeJS.Platform, [string, string[]]>>} */
  const openers = { darwin: ['open', [address]], win32: ['cmd', ['/c', 'start', '', address]] };
  const [command, args] = openers[process.platform] ?? ['xdg-open', [address]];
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', () => say(`Open ${address} in a browser.`));
  child.unref();
}
