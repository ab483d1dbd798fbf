// @ts-check
// npm test: everything that must hold before a commit, from a fresh checkout, in the order of what fails fastest.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findOrInstallChromium } from './find-chromium.mjs';
import { build, cacheFolder, checkNodeVersion, ensureInstalled, run, runTool, say } from './project.mjs';

const unitReport = join(cacheFolder, 'unit.json');
const endToEndReport = join(cacheFolder, 'end-to-end.json');

/** @typedef {{passed: number, failed: number, skipped: number}} Counts */

/** @type {readonly {title: string, work: () => Promise<number>}[]} */
const stages = [
  { title: 'Format', work: () => npmRun('check:format') },
  { title: 'Lint', work: () => npmRun('lint') },
  { title: 'Types', work: () => npmRun('types') },
  { title: 'Import rules', work: () => npmRun('check:imports') },
  { title: 'Unused code', work: () => npmRun('check:unused') },
  { title: 'Unit tests', work: unitTests },
  // On the CPU the unit tests hold them already.
  { title: 'Recorded numbers on WebGPU', work: () => npmRun('conformance:webgpu') },
  { title: 'Production build', work: () => build({ quiet: false }).then(() => 0) },
  { title: 'End-to-end tests', work: endToEndTests },
];

checkNodeVersion();
await ensureInstalled();
process.env.CHROMIUM_PATH = await findOrInstallChromium();
say(`Browser: ${process.env.CHROMIUM_PATH}`);
mkdirSync(cacheFolder, { recursive: true });
for (const report of [unitReport, endToEndReport]) rmSync(report, { force: true });

const failedStage = await firstFailure();
report(failedStage);
process.exit(failedStage === undefined ? 0 : 1);

async function firstFailure() {
  for (const { title, work } of stages) {
    say(`\n== ${title}`);
    const beginMs = performance.now();
    const code = await work();
    say(`-- ${title}: ${code === 0 ? 'passed' : 'failed'} in ${((performance.now() - beginMs) / 1000).toFixed(1)} s`);
    if (code !== 0) return title;
  }
  return undefined;
}

/** @param {string | undefined} failedStage */
function report(failedStage) {
  const counts = [unitCounts(), endToEndCounts()];
  const total = (/** @type {keyof Counts} */ key) => counts.reduce((sum, part) => sum + part[key], 0);
  say('');
  if (failedStage !== undefined) say(`Stopped: ${failedStage} failed.`);
  if (total('skipped') > 0) say(`${total('skipped')} tests were skipped; they are not counted as passed.`);
  // A failure that no test reports (lint, build, a crashed runner) must not read as success.
  if (failedStage === undefined || total('failed') > 0)
    console.log(`${total('passed')} passed, ${total('failed')} failed`);
}

/** @param {string} script */
function npmRun(script) {
  const npm = process.env.npm_execpath;
  if (npm) return run(process.execPath, [npm, 'run', '--silent', script]);
  return run(process.platform === 'win32' ? 'npm.cmd' : 'npm', ['run', '--silent', script]);
}

function unitTests() {
  return runTool('vitest/vitest.mjs', [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${unitReport}`,
  ]);
}

function endToEndTests() {
  return runTool('@playwright/test/cli.js', ['test'], {
    env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: endToEndReport },
  });
}

/** @returns {Counts} */
function unitCounts() {
  const { numPassedTests = 0, numFailedTests = 0, numPendingTests = 0 } = readReport(unitReport);
  return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests };
}

/** @returns {Counts} */
function endToEndCounts() {
  const { expected = 0, unexpected = 0, flaky = 0, skipped = 0 } = readReport(endToEndReport).stats ?? {};
  return { passed: expected, failed: unexpected + flaky, skipped };
}

/** @param {string} file */
function readReport(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}
