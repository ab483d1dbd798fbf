import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ConformanceContext } from './conformance/adapter.ts';
import { type AreaReport, runVectorFile } from './conformance/run-vectors.ts';
import { useBackend } from './conformance/use-backend.ts';
import { parseVectorFile } from './conformance/vector-file.ts';

const usage = `npm run conformance [-- DIR] [--backend cpu|webgpu] [--json FILE]

Runs recorded numbers of another implementation against this one and names what differs.
  DIR        a folder with vector files (*.json); without it the project's own copies
  --backend  cpu (default), or webgpu, which needs a Vulkan driver such as SwiftShader
  --json     write {areas: [{area, passed, failed, unsupported, improved, failures}]} to a file
Exits with 1 if a case fails.`;

interface Options {
  readonly folder: string;
  readonly backend: 'cpu' | 'webgpu';
  readonly json: string | null;
}

process.exitCode = await main(process.argv.slice(2));
// The WebGPU device of Node keeps the process alive.
if (process.argv.includes('webgpu')) process.exit();

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    console.log(usage);
    return 0;
  }
  const options = readOptions(args);
  if (typeof options === 'string') {
    console.error(`${options}\n\n${usage}`);
    return 2;
  }
  const context = await useBackend(options.backend);
  if (typeof context === 'string') {
    console.error(context);
    return 2;
  }
  const areas = await runFolder(options.folder, context);
  if (areas.length === 0) {
    console.error(`${options.folder} holds no vector files (*.json).`);
    return 2;
  }
  if (options.json !== null) {
    writeFileSync(options.json, `${JSON.stringify({ backend: options.backend, areas: areas.map(record) }, null, 1)}\n`);
  }
  return areas.some(({ failed }) => failed > 0) ? 1 : 0;
}

function readOptions(args: readonly string[]): Options | string {
  const own = join(process.env['PLAYGROUND_ROOT'] ?? '.', 'src/core/golden/vectors');
  let options: Options = { folder: own, backend: 'cpu', json: null };
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? '';
    const takesValue = arg === '--backend' || arg === '--json';
    const next = takesValue ? readOption(options, arg, args[++index]) : readFolder(options, arg);
    if (typeof next === 'string') return next;
    options = next;
  }
  return options;
}

function readFolder(options: Options, arg: string): Options | string {
  return arg.startsWith('-') ? `There is no option ${arg}.` : { ...options, folder: arg };
}

function readOption(options: Options, name: string, value: string | undefined): Options | string {
  if (value === undefined) return `${name} needs a value.`;
  if (name === '--json') return { ...options, json: value };
  if (value === 'cpu' || value === 'webgpu') return { ...options, backend: value };
  return `There is no backend ${value}.`;
}

/** Runs every file of a folder and prints a line per area as it comes. Continued files of one area are one area. */
async function runFolder(folder: string, context: ConformanceContext): Promise<readonly AreaReport[]> {
  const reports = new Map<string, AreaReport>();
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  console.log(`${'area'.padEnd(22)} ${['passed', 'failed', 'unsupported', 'improved'].join('  ')}`);
  for (const name of names.sort()) {
    const file = parseVectorFile(readFileSync(join(folder, basename(name)), 'utf8'));
    const report = await runVectorFile(file, context);
    printReport(report);
    const before = reports.get(report.area);
    reports.set(report.area, before ? joined(before, report) : report);
  }
  return [...reports.values()];
}

function printReport({ area, passed, failed, unsupported, improved, failures, unsupportedOps }: AreaReport): void {
  const counts = [passed, failed, unsupported, improved].map((count, index) =>
    String(count).padStart([6, 8, 13, 10][index] ?? 0),
  );
  console.log(`${area.padEnd(22)} ${counts.join('')}`);
  for (const { name, op, why } of failures) console.log(`  failed ${name} (${op}): ${why}`);
  if (unsupportedOps.length > 0) console.log(`  not supported: ${unsupportedOps.join(', ')}`);
}

function joined(a: AreaReport, b: AreaReport): AreaReport {
  return {
    area: a.area,
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    unsupported: a.unsupported + b.unsupported,
    improved: a.improved + b.improved,
    failures: [...a.failures, ...b.failures],
    unsupportedOps: [...new Set([...a.unsupportedOps, ...b.unsupportedOps])],
  };
}

function record({ unsupportedOps: _, ...report }: AreaReport): Omit<AreaReport, 'unsupportedOps'> {
  return report;
}
