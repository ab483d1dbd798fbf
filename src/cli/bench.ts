import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt, projectRoot } from '../../scripts/project.mjs';
import { type TableModel, tableModels } from '../bench/bench-models.ts';
import type { SystemName, Variant } from '../bench/variants.ts';
import type { BenchEnvironment, BenchRecord, BenchResult } from './bench/bench-record.ts';
import { type BenchOptions, benchUsage, readBenchOptions } from './bench/bench-options.ts';
import { tableLines } from './bench/bench-table.ts';
import { measureGrowth } from './bench/growth.ts';
import { type BenchCase, measureCases, quick, reference, thorough } from './bench/measure-case.ts';
import { measureLeak } from './bench/measure-leak.ts';
import { openBenchPage, type OpenBenchPage } from './bench/open-bench-page.ts';
import { measureWorker } from './bench/worker-bytes.ts';
import { Terminal } from './train/terminal.ts';

process.exitCode = await main();

async function main(): Promise<number> {
  const options = readBenchOptions(process.argv.slice(2));
  if (options === null) {
    console.log(benchUsage);
    return 0;
  }
  if (typeof options === 'string') {
    console.error(`${options}\n\n${benchUsage}`);
    return 2;
  }
  const record = await measure(options);
  for (const line of tableLines(record)) console.log(line);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(record, null, 2)}\n`);
  const reasons = [...record.results, ...record.leak].map(({ reason = '' }) => reason);
  return reasons.some((reason) => /^(?:FAILED|WRONG)/.test(reason)) ? 1 : 0;
}

async function measure(options: BenchOptions): Promise<BenchRecord> {
  const [load = 0] = loadavg();
  await ensureBuilt();
  const worker = measureWorker(join(projectRoot, 'dist', 'assets'));
  const terminal = new Terminal(process.stderr);
  const page = await openBenchPage();
  const say = (line: string) => terminal.show(line);
  const effort = options.isQuick ? quick : thorough;
  const systems = page.systems.filter((system) => options.systems.includes(system));
  try {
    const environment = describeEnvironment(page, load);
    const results: BenchResult[] = [];
    for (const model of options.models) {
      results.push(...(await measureCases({ page, cases: casesOf(model, options, systems), effort, say })));
    }
    const growth = options.wantsGrowth ? await measureGrowth({ page, systems, effort: quick, say }) : [];
    const leak = await measureLeaks(page, options, say);
    const { gzipBytes: workerGzipBytes, referenceGzipBytes: workerReferenceGzipBytes } = worker;
    return { environment, results, workerGzipBytes, workerReferenceGzipBytes, growth, leak };
  } finally {
    terminal.end();
    await page.close();
  }
}

function casesOf(model: TableModel, { variants }: BenchOptions, systems: readonly SystemName[]): readonly BenchCase[] {
  const { batchSize } = tableModels[model];
  return variants.map((variant) => ({ task: { model, variant, batchSize }, systems: systemsFor(variant, systems) }));
}

/** Others have no row where they do nothing: `model.fit` and jax-js are told apart from ours by what they are asked to do. */
function systemsFor(variant: Variant, systems: readonly SystemName[]): readonly SystemName[] {
  const isForOthers = variant === 'plain' || variant === 'mask';
  return isForOthers ? systems : systems.filter((system) => system === 'ours' || system === reference);
}

async function measureLeaks(
  page: OpenBenchPage,
  { leakSteps, leakModels, systems }: BenchOptions,
  say: (line: string) => void,
): Promise<BenchRecord['leak']> {
  if (leakSteps === 0) return [];
  const own = page.systems.filter((system) => system === 'ours' || system === reference);
  const reports = [];
  for (const model of leakModels) {
    for (const system of own.filter((name) => systems.includes(name))) {
      reports.push(await measureLeak(page, { model, system, steps: leakSteps, say }));
    }
  }
  return reports;
}

function describeEnvironment({ adapter, browser }: OpenBenchPage, load: number): BenchEnvironment {
  return {
    adapter: adapter?.name ?? 'no WebGPU adapter',
    software: adapter?.isSoftware ?? true,
    browser,
    platform: `${process.platform} ${process.arch}`,
    cores: availableParallelism(),
    load,
    date: new Date().toISOString(),
    versions: {
      ...versionOf('@tensorflow/tfjs-core'),
      ...versionOf('@tensorflow/tfjs-layers'),
      ...versionOf('@jax-js/jax'),
    },
  };
}

function versionOf(name: string): Record<string, string> {
  const file = join(projectRoot, 'node_modules', name, 'package.json');
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string };
  return { [name]: version };
}
