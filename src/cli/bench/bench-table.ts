import { systemNames } from '../../bench/variants.ts';
import type { BenchEnvironment, BenchRecord, BenchResult, GrowthPoint, LeakReport } from './bench-record.ts';
import { type Target, targetsOf } from './targets.ts';

/** Above this, somebody else's work is measured too. */
const mostLoadPerCore = 0.3;

/** A record as text for a terminal. */
export function tableLines(record: BenchRecord): readonly string[] {
  const { environment, results, growth, leak } = record;
  return [
    ...environmentLines(environment),
    ...casesOf(results).flatMap((rows) => ['', ...caseLines(rows)]),
    ...growthLines(growth),
    ...leak.flatMap((report) => ['', ...leakLines(report)]),
    '',
    ...columns([['target', 'wanted', 'measured', ''], ...targetsOf(record).map(targetCells)]),
  ];
}

function environmentLines({ adapter, software, browser, cores, load }: BenchEnvironment): readonly string[] {
  const lines = [
    `${adapter}${software ? ' (software)' : ''}, ${browser}, ${cores} cores: only ratios travel to other machines.`,
  ];
  if (load <= cores * mostLoadPerCore) return lines;
  return [...lines, `The machine was busy before (load ${load.toFixed(1)}): even the ratios are rough.`];
}

function casesOf(results: readonly BenchResult[]): readonly (readonly BenchResult[])[] {
  const cases = groupBy(results, ({ model, variant }) => `${model}, ${variant}`);
  const rank = ({ system }: BenchResult) => systemNames.indexOf(system);
  return [...cases.values()].map((rows) => rows.toSorted((a, b) => rank(a) - rank(b)));
}

/** In the order of their first members; `Map.groupBy` is not in Node 20. */
function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

/** Times are compared with `ours`, or where that was not measured with the first system that was. */
function caseLines(rows: readonly BenchResult[]): readonly string[] {
  const [first] = rows;
  if (first === undefined) return [];
  const measured = rows.filter(({ msPerStep }) => msPerStep !== null);
  const base = measured[0]?.msPerStep?.median ?? NaN;
  const title = `${first.model}, ${first.variant}`;
  const head = [
    title,
    'ms/step',
    'min-max',
    '×',
    'dispatches',
    'pipelines',
    'submits',
    'reads',
    'JS ms',
    'first ms',
    'MiB',
  ];
  const missing = rows.filter(({ msPerStep }) => msPerStep === null);
  return [
    ...columns([head, ...measured.map((row) => cells(row, base))]),
    ...missing.map(({ system, reason = '' }) => `  ${system}: ${reason}`),
  ];
}

function cells(row: BenchResult, base: number): readonly string[] {
  const { system, msPerStep, dispatches, pipelines, submits, readBacks, jsMsPerStep, firstStepMs, peakGpuBytes } = row;
  return [
    `  ${system}`,
    number(msPerStep?.median),
    `${number(msPerStep?.min)}-${number(msPerStep?.max)}`,
    number((msPerStep?.median ?? NaN) / base),
    number(dispatches),
    number(pipelines),
    number(submits),
    number(readBacks),
    number(jsMsPerStep),
    number(firstStepMs),
    number(peakGpuBytes === null ? null : peakGpuBytes / 2 ** 20),
  ];
}

/** Three digits; a dash for nothing. */
function number(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

function growthLines(points: readonly GrowthPoint[]): readonly string[] {
  const curves = groupBy(points, ({ along, system }) => `  ${along}, ${system}`);
  if (curves.size === 0) return [];
  const lines = [...curves].map(([name, curve]) => [
    name,
    ...curve.map(({ value, msPerStep }) => `${value}: ${number(msPerStep?.median)}`),
  ]);
  return ['', 'growth of ms/step', ...columns(lines)];
}

function leakLines({ model, system, points, reason }: LeakReport): readonly string[] {
  const mebibytes = (bytes: number | null) => number(bytes === null ? null : bytes / 2 ** 20);
  const rows = points.map(({ steps, gpuBytes, residentBytes }) => [
    `  ${steps}`,
    mebibytes(gpuBytes),
    mebibytes(residentBytes),
  ]);
  return columns([
    [`${model}, ${system}: steps`, 'MiB of buffers', 'MiB of browser'],
    ...rows,
    ...(reason === undefined ? [] : [[`  ${reason}`]]),
  ]);
}

function targetCells({ what, wanted, measured, isReached }: Target): readonly string[] {
  const verdict = isReached ? 'reached' : 'MISSED';
  return [what, wanted, measured ?? '–', isReached === null ? 'not measured' : verdict];
}

/** The first column to the left, the others to the right. */
export function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows.reduce<readonly number[]>(
    (longest, row) => row.map((cell, at) => Math.max(longest[at] ?? 0, cell.length)).concat(longest.slice(row.length)),
    [],
  );
  return rows.map((row) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
