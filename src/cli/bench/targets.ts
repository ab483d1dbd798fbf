import type { SystemName, Variant } from '../../bench/variants.ts';
import type { BenchRecord, BenchResult } from './bench-record.ts';

/** A figure that the project wants to reach, and what was measured. */
export interface Target {
  readonly what: string;
  readonly wanted: string;
  /** Null if what it takes was not measured. */
  readonly measured: string | null;
  readonly isReached: boolean | null;
}

type Figure = (result: BenchResult) => number | null;

interface ModelTargets {
  readonly fasterThanFit: number;
  readonly fasterThanJax?: number;
  readonly dispatches: number;
  readonly tax?: number;
  readonly firstStepMs?: number;
}

const wantedOf: Readonly<Record<string, ModelTargets>> = {
  cnn: { fasterThanFit: 30, fasterThanJax: 3.5, dispatches: 12, tax: 0.1, firstStepMs: 1500 },
  mlp: { fasterThanFit: 7, fasterThanJax: 1.5, dispatches: 8, tax: 0.15, firstStepMs: 800 },
  resnet20: { fasterThanFit: 15, dispatches: 70 },
};
const extraDispatches = 2;
const scriptMs = 0.1;
const fewerScriptMs = 10;
const workerKibibytes = 90;

const speed: Figure = ({ msPerStep }) => msPerStep?.median ?? null;

/** The project's targets for the models of a record, next to the figures of a record. */
export function targetsOf(record: Pick<BenchRecord, 'results' | 'workerGzipBytes'>): readonly Target[] {
  const find: Find = (model, system, variant = 'plain') =>
    record.results.find((result) => result.model === model && result.system === system && result.variant === variant) ??
    null;
  const measured = Object.entries(wantedOf).filter(([model]) =>
    record.results.some((result) => result.model === model),
  );
  const targets = measured.flatMap(([model, wanted]) => targetsOfModel(model, wanted, find));
  const kibibytes = record.workerGzipBytes === null ? null : record.workerGzipBytes / 1024;
  return [...targets, atMost('worker, gzip', workerKibibytes, kibibytes, (value) => `${value.toFixed(1)} KiB`)];
}

type Find = (model: string, system: SystemName, variant?: Variant) => BenchResult | null;

function targetsOfModel(model: string, wanted: ModelTargets, find: Find): readonly Target[] {
  const { fasterThanFit, fasterThanJax, dispatches, tax, firstStepMs } = wanted;
  const ours = find(model, 'ours');
  const compressed = find(model, 'ours', 'mask+qat');
  const eager = find(model, 'ours-reference');
  const of = (result: BenchResult | null, figure: Figure) => result && figure(result);
  const script: Figure = (result) => result.jsMsPerStep;
  const asked: Figure = (result) => result.dispatches;
  const times = (value: number) => `${value.toPrecision(3)}×`;
  const count = (value: number) => String(Math.round(value * 100) / 100);
  const targets = [
    atLeast(
      `${model}: model.fit / ours`,
      fasterThanFit,
      ratio(of(find(model, 'tfjs-fit'), speed), of(ours, speed)),
      times,
    ),
    fasterThanJax === undefined
      ? null
      : atLeast(
          `${model}: jax-js webgpu / ours`,
          fasterThanJax,
          ratio(of(find(model, 'jax-js-webgpu'), speed), of(ours, speed)),
          times,
        ),
    atMost(`${model}: dispatches per step`, dispatches, of(ours, asked), count),
    atMost(`${model}: more for mask + QAT`, extraDispatches, difference(of(compressed, asked), of(ours, asked)), count),
    tax === undefined
      ? null
      : atMost(`${model}: time for mask + QAT`, tax, overhead(of(compressed, speed), of(ours, speed)), percent),
    atMost(`${model}: JavaScript per step`, scriptMs, of(ours, script), milliseconds),
    atLeast(`${model}: JavaScript, reference / ours`, fewerScriptMs, ratio(of(eager, script), of(ours, script)), times),
    atMost(
      `${model}: submits per step`,
      1,
      of(ours, (result) => result.submits),
      count,
    ),
    atMost(
      `${model}: read-backs per step`,
      0,
      of(ours, (result) => result.readBacks),
      count,
    ),
    firstStepMs === undefined
      ? null
      : atMost(
          `${model}: first step`,
          firstStepMs,
          of(ours, (result) => result.firstStepMs),
          milliseconds,
        ),
  ];
  return targets.filter((target) => target !== null);
}

function ratio(a: number | null, b: number | null): number | null {
  return a === null || b === null || b === 0 ? null : a / b;
}

function difference(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a - b;
}

function overhead(a: number | null, b: number | null): number | null {
  const times = ratio(a, b);
  return times === null ? null : times - 1;
}

const percent = (value: number): string => `${(100 * value).toFixed(0)} %`;
const milliseconds = (value: number): string => `${value >= 100 ? value.toFixed(0) : value.toPrecision(3)} ms`;

function atLeast(what: string, limit: number, value: number | null, write: (value: number) => string): Target {
  return { what, wanted: `≥ ${write(limit)}`, ...judged(value, write, (measured) => measured >= limit) };
}

function atMost(what: string, limit: number, value: number | null, write: (value: number) => string): Target {
  return { what, wanted: `≤ ${write(limit)}`, ...judged(value, write, (measured) => measured <= limit) };
}

function judged(
  value: number | null,
  write: (value: number) => string,
  reaches: (value: number) => boolean,
): Pick<Target, 'measured' | 'isReached'> {
  return value === null ? { measured: null, isReached: null } : { measured: write(value), isReached: reaches(value) };
}
