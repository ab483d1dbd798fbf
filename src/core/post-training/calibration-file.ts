import { withoutModulePrefix } from '../network.ts';
import type { CalibrationStatistics, LayerStatistics, TensorStatistics } from './calibration.ts';

/** One tensor in Distiller's `acts_quantization_stats.yaml`. The shape is a tuple in PyTorch's order: `(64, 20, 24, 24)`. */
export interface TensorRecord {
  readonly min: number;
  readonly max: number;
  readonly avg_min: number;
  readonly avg_max: number;
  readonly mean: number;
  readonly std: number;
  readonly b: number;
  readonly shape?: string;
  readonly total_numel?: number;
}

/** The file as a plain object: inputs are numbered from 0. */
export type StatisticsRecord = Readonly<
  Record<string, { readonly inputs: Readonly<Record<string, TensorRecord>>; readonly output: TensorRecord }>
>;

const numbers = ['min', 'max', 'avg_min', 'avg_max', 'mean', 'std', 'b'] as const;

/** What Distiller would have written for these statistics, ready for a YAML writer. */
export function encodeStatistics(statistics: CalibrationStatistics): StatisticsRecord {
  return Object.fromEntries(
    Array.from(statistics, ([layer, { inputs, output }]) => [
      layer,
      {
        inputs: Object.fromEntries(inputs.map((input, index) => [index, encodeTensor(input)])),
        output: encodeTensor(output),
      },
    ]),
  );
}

function encodeTensor(statistics: TensorStatistics): TensorRecord {
  const { shape, total_numel, ...rest } = statistics;
  return {
    ...rest,
    ...(shape && { shape: `(${torchOrder(shape).join(', ')}${shape.length === 1 ? ',' : ''})` }),
    ...(total_numel !== undefined && { total_numel }),
  };
}

const torchOrder = ([samples, height, width, channels, ...more]: readonly number[]): readonly number[] =>
  channels === undefined || more.length > 0
    ? [samples, height, width, channels, ...more].filter((length) => length !== undefined)
    : [samples!, channels, height!, width!];

export interface StatisticsProblem {
  /** Keys from the top, e.g. `['conv1', 'output', 'min']`. */
  readonly path: readonly string[];
  readonly message: string;
}

export type DecodedStatistics =
  | { readonly ok: true; readonly value: CalibrationStatistics }
  | { readonly ok: false; readonly problems: readonly StatisticsProblem[] };

/**
 * Statistics from the parsed content of such a file. Layer names lose their `module.`; unknown keys and shapes that cannot be
 * read are passed over. All problems are reported at once.
 */
export function decodeStatistics(content: unknown): DecodedStatistics {
  const problems: StatisticsProblem[] = [];
  if (!isRecord(content)) {
    return { ok: false, problems: [{ path: [], message: 'Expected a map from layer names to their statistics.' }] };
  }
  const layers = Object.entries(content).map(
    ([name, entry]) => [withoutModulePrefix(name), decodeLayer(name, entry, problems)] as const,
  );
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, value: new Map(layers) };
}

function decodeLayer(name: string, entry: unknown, problems: StatisticsProblem[]): LayerStatistics {
  const record = isRecord(entry) ? entry : {};
  // YAML 1.1 readers may give the numbered inputs as a list or as a map.
  const inputs = isRecord(record.inputs) || Array.isArray(record.inputs) ? record.inputs : {};
  if (!isRecord(entry)) problems.push({ path: [name], message: 'Expected a map with `inputs` and `output`.' });
  return {
    inputs: Object.entries(inputs)
      .sort(([a], [b]) => Number(a) - Number(b))
      .map(([index, tensor]) => decodeTensor([name, 'inputs', index], tensor, problems)),
    output: decodeTensor([name, 'output'], record.output, problems),
  };
}

function decodeTensor(path: readonly string[], entry: unknown, problems: StatisticsProblem[]): TensorStatistics {
  const record = isRecord(entry) ? entry : {};
  const numberOf = (key: string): number => {
    const value = record[key];
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    const got = value === undefined ? 'nothing' : JSON.stringify(value);
    problems.push({ path: [...path, key], message: `Expected a finite number, got ${got}.` });
    return 0;
  };
  const [min, max, avg_min, avg_max, mean, std, b] = numbers.map(numberOf) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const shape = decodeShape(record.shape);
  const total = record.total_numel;
  return {
    ...{ min, max, avg_min, avg_max, mean, std, b },
    ...(shape && { shape }),
    ...(typeof total === 'number' && { total_numel: total }),
  };
}

/** A tuple in PyTorch's order, as text or as a list, in project layout. */
function decodeShape(value: unknown): readonly number[] | null {
  const parts = typeof value === 'string' ? value.replaceAll(/[()[\]]|,\s*\)?$/g, '').split(',') : value;
  if (!Array.isArray(parts)) return null;
  const lengths = parts.map(Number);
  if (lengths.length === 0 || !lengths.every((length) => Number.isInteger(length) && length >= 0)) return null;
  const [samples, channels, height, width] = lengths;
  return lengths.length === 4 ? [samples!, height!, width!, channels!] : lengths;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
