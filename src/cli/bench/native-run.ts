import { fork } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { BenchSystem } from '../../bench/bench-system.ts';
import type { BenchAnswer, BenchRequest } from '../../bench/bench-message.ts';
import { type TableModel, tableModels } from '../../bench/bench-models.ts';
import { serveSystem } from '../../bench/serve-system.ts';
import type { SystemName } from '../../bench/variants.ts';
import { openDawn } from '../dawn.ts';
import { Terminal } from '../train/terminal.ts';
import type { BenchRecord, BenchResult } from './bench-record.ts';
import { tableLines } from './bench-table.ts';
import { measureCases, quick, thorough } from './measure-case.ts';
import type { BenchWorker, OpenBenchPage } from './open-bench-page.ts';

const serving = 'PLAYGROUND_BENCH_SERVES';
const models = Object.keys(tableModels) as TableModel[];
const variants = ['plain', 'mask', 'mask+qat'] as const;
const noAdapter =
  'No WebGPU adapter was found: this needs a Vulkan driver and its loader, libvulkan.so.1. Nothing was measured.';
const usage = `Usage: ./run.sh [--json FILE] [--only NAME] ... [--quick]

Trains networks with the fused step of the playground, with the same in half precision where the adapter has 16-bit floats, and
with its reference, through Dawn, and prints milliseconds per step.

  --json FILE   writes all figures
  --only NAME   only one model (${models.join(', ')}), variant (${variants.join(', ')})
                or system (ours, ours-f16, ours-reference); may be given several times
  --quick       fewer rounds: for a first look
`;

if (process.env[serving] === undefined) process.exit(await main());
else await serve();

/** A child process stands for a worker of the page: it has a device of its own. */
async function serve(): Promise<void> {
  await openDawn();
  const { OursSystem } = await import('../../bench/ours-system.ts');
  const { ReferenceSystem } = await import('../../bench/reference-system.ts');
  const scope: Parameters<typeof serveSystem>[1] = {
    postMessage: (answer) => process.send?.(answer),
    onmessage: null,
  };
  const create = (name: SystemName): BenchSystem =>
    name === 'ours-reference' ? new ReferenceSystem() : new OursSystem(name === 'ours-f16' ? 'f16' : 'f32');
  serveSystem(create, scope);
  process.on('message', (data: BenchRequest) => scope.onmessage?.({ data }));
  process.on('disconnect', () => process.exit(0));
}

/** The exit code. The program has to be ended with it: Dawn keeps it alive. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      json: { type: 'string' },
      only: { type: 'string', multiple: true, default: [] },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const adapter = await describeAdapter();
  if (adapter === null) {
    console.error(noAdapter);
    return 0;
  }
  const record = await measure(adapter, { isQuick: values.quick, only: values.only });
  for (const line of tableLines(record)) console.log(line);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(record, null, 2)}\n`);
  return record.results.some(({ reason = '' }) => /^(?:FAILED|WRONG)/.test(reason)) ? 1 : 0;
}

interface Adapter {
  readonly name: string;
  readonly isSoftware: boolean;
  readonly systems: readonly SystemName[];
}

async function describeAdapter(): Promise<Adapter | null> {
  const gpu = await openDawn();
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) return null;
  const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
  const name = [...new Set([vendor, architecture, description])].filter((word) => word !== '').join(' ');
  const hasHalves = adapter.features.has('shader-f16');
  return {
    name,
    isSoftware: isFallbackAdapter || /swiftshader|llvmpipe|lavapipe/i.test(name),
    systems: hasHalves ? ['ours', 'ours-f16', 'ours-reference'] : ['ours', 'ours-reference'],
  };
}

interface NativeOptions {
  readonly isQuick: boolean;
  readonly only: readonly string[];
}

async function measure(adapter: Adapter, { isQuick, only }: NativeOptions): Promise<BenchRecord> {
  const [load = 0] = loadavg();
  const terminal = new Terminal(process.stderr);
  const page = nativePage(adapter);
  const results: BenchResult[] = [];
  const effort = isQuick ? quick : thorough;
  for (const model of chosen(models, only)) {
    const { batchSize } = tableModels[model];
    const cases = chosen(variants, only).map((variant) => ({
      task: { model, variant, batchSize },
      systems: chosen(adapter.systems, only),
    }));
    results.push(...(await measureCases({ page, cases, effort, say: (line) => terminal.show(line) })));
  }
  terminal.end();
  const environment = {
    ...{ adapter: adapter.name, software: adapter.isSoftware, browser: page.browser, load },
    platform: `${process.platform} ${process.arch}`,
    cores: availableParallelism(),
    date: new Date().toISOString(),
    versions: { webgpu: dawnVersion() },
  };
  return { environment, results, workerGzipBytes: null, workerReferenceGzipBytes: null, growth: [], leak: [] };
}

function chosen<Name extends string>(names: readonly Name[], only: readonly string[]): readonly Name[] {
  const named = names.filter((name) => only.includes(name));
  return named.length > 0 ? named : names;
}

/** What the page of the benchmark is in a browser. */
function nativePage(adapter: Adapter): OpenBenchPage {
  return {
    systems: adapter.systems,
    adapter,
    browser: `Dawn in Node ${process.versions.node}`,
    start: () => Promise.resolve(startChild()),
    residentBytes: () => Promise.resolve(null),
    close: () => Promise.resolve(),
  };
}

function startChild(): BenchWorker {
  const child = fork(import.meta.filename, [], { env: { ...process.env, [serving]: '1' } });
  return {
    ask: async (request) => {
      const answer = await new Promise<BenchAnswer>((resolve, reject) => {
        child.once('message', (message) => resolve(message as BenchAnswer));
        child.once('exit', (code) => reject(new Error(`The process ended with ${String(code)}`)));
        child.send(request);
      });
      child.removeAllListeners();
      if (answer.type === 'failed') throw new Error(answer.message);
      return answer;
    },
    close: () => {
      child.disconnect();
      return Promise.resolve();
    },
  };
}

function dawnVersion(): string {
  const file = new URL('node_modules/webgpu/package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version;
}
